namespace Estargz.Layers;

/// <summary>
/// Puts the entries of a layer in their final order: what is read at start-up first, then the landmark, then the rest as
/// it came (eStargz spec, "Prioritized Files and Landmark Files").
/// </summary>
public sealed class LayerOrder
{
    private readonly IReadOnlyList<Entry> _entries;
    private readonly string[] _paths;
    private readonly Dictionary<string, int> _byPath;
    private readonly List<Entry> _ordered;
    private readonly bool[] _placed;

    private LayerOrder(IReadOnlyList<Entry> entries)
    {
        _entries = entries;
        _paths = [.. entries.Select(e => e.Path)];
        _placed = new bool[entries.Count];
        _ordered = new List<Entry>(entries.Count + 1);

        // Of two entries with one name the later one counts, at its own place: what an unpacker ends up with.
        _byPath = new Dictionary<string, int>(entries.Count, StringComparer.Ordinal);
        for (int i = 0; i < entries.Count; i++)
        {
            if (!Landmark.IsReserved(_paths[i]))
            {
                _byPath[_paths[i]] = i;
            }
        }
    }

    /// <summary>Orders entries.</summary>
    /// <param name="entries">The entries of the layer, in the order of their tar.</param>
    /// <param name="first">Names, as the entries have them, of what goes first, in that order.</param>
    /// <param name="next">Names of what follows the landmark, in that order: read at start-up, but not worth waiting for.</param>
    /// <returns>
    /// All entries but reserved ones, each name once, with a landmark. Parent directories of what goes first, and the
    /// targets of hard links, come before what needs them.
    /// </returns>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.TarInvalid"/>: a hard link without a target.</exception>
    public static IReadOnlyList<Entry> Arrange(IReadOnlyList<Entry> entries, IReadOnlyList<string> first, IReadOnlyList<string>? next = null)
    {
        var order = new LayerOrder(entries);
        order.Place(first);
        order._ordered.Add(Landmark.Create(prefetch: order._ordered.Count > 0));
        order.Place(next ?? []);
        for (int i = 0; i < entries.Count; i++)
        {
            if (order._byPath.TryGetValue(order._paths[i], out int last) && last == i)
            {
                order.Place(i, withParents: false);
            }
        }

        return order._ordered;
    }

    private void Place(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (_byPath.TryGetValue(Entry.CleanPath(name), out int index))
            {
                Place(index, withParents: true);
            }
        }
    }

    private void Place(int index, bool withParents)
    {
        // The target of a hard link may be a hard link itself: the end of the chain goes first.
        var chain = new Stack<int>();
        while (!_placed[index])
        {
            _placed[index] = true;
            chain.Push(index);
            if (_entries[index].Type == EntryType.HardLink)
            {
                index = TargetOf(index);
                if (_placed[index] && chain.Contains(index))
                {
                    throw NoTarget(_entries[index]);
                }
            }
        }

        foreach (int next in chain)
        {
            if (withParents)
            {
                PlaceBefore(next);
            }

            _ordered.Add(_entries[next]);
        }
    }

    /// <summary>
    /// Places the folders above an entry (or links to folders), and the whiteouts that stand before what they make room
    /// for: an unpacker that met one of those later would remove the entry again.
    /// </summary>
    private void PlaceBefore(int index)
    {
        var path = _paths[index];
        for (int start = 0; path.Length > 0;)
        {
            PlaceAlone(path[..Math.Max(0, start - 1)], i => _entries[i].Type is EntryType.Directory or EntryType.Symlink);
            int slash = path.IndexOf('/', start);
            PlaceAlone($"{path[..start]}.wh.{(slash < 0 ? path[start..] : path[start..slash])}", i => i < index);
            if (slash < 0)
            {
                break;
            }

            start = slash + 1;
        }
    }

    private void PlaceAlone(string path, Func<int, bool> condition)
    {
        if (_byPath.TryGetValue(path, out int index) && !_placed[index] && condition(index))
        {
            _placed[index] = true;
            _ordered.Add(_entries[index]);
        }
    }

    private int TargetOf(int index) =>
        _byPath.TryGetValue(Entry.CleanPath(_entries[index].LinkName), out int target) && _entries[target].Type != EntryType.Directory
            ? target
            : throw NoTarget(_entries[index]);

    private static EstargzException NoTarget(Entry link) => new(
        DiagnosticCode.TarInvalid,
        $"'{link.Name}' is a hard link to '{link.LinkName}', which is not a file of the same layer; eStargz cannot express that. Set EstargzBaseImage to keep to leave the base image's layers as they are.");
}
