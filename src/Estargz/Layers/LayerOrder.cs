using Estargz.Profiles;

namespace Estargz.Layers;

/// <summary>
/// Puts the entries of a layer in their final order: what is read at start-up first, then the landmark, then the rest as
/// it came (eStargz spec, "Prioritized Files and Landmark Files"), and files with hot pieces last of all
/// (docs/hot-pieces.md).
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
    /// <param name="hot">Files that get copies of their hot pieces.</param>
    /// <param name="cut">Files that are cut around what is read of them.</param>
    /// <returns>
    /// All entries but reserved ones, each name once, with a landmark. Parent directories of what goes first, and the
    /// targets of hard links, come before what needs them.
    /// </returns>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.TarInvalid"/>: a hard link without a target.</exception>
    public static IReadOnlyList<Entry> Arrange(IReadOnlyList<Entry> entries, IReadOnlyList<string> first, IReadOnlyList<string>? next = null, IReadOnlyList<HotFile>? hot = null, IReadOnlyList<CutFile>? cut = null)
    {
        entries = Cut(entries, cut ?? []);
        var order = new LayerOrder(entries);
        var last = order.SetAside(hot ?? []);
        order.Place(first);
        if (last.Count > 0)
        {
            order.FillZone(next ?? []);
        }

        order._ordered.Add(Landmark.Create(prefetch: order._ordered.Count > 0 || last.Count > 0));
        order.Place(next ?? []);
        order.PlaceRest();
        order._ordered.AddRange(last);
        return order._ordered;
    }

    /// <summary>The order that was planned for a layer.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.TarInvalid"/>: a hard link without a target.</exception>
    public static IReadOnlyList<Entry> Arrange(IReadOnlyList<Entry> entries, LayerPrefetch plan) => Arrange(plan.Folders.IsEmpty ? entries : WithFolders(entries, plan.Folders), plan.Zone, plan.After, plan.Hot, plan.Cut);

    /// <summary>
    /// Each folder right before the first entry that needs it: behind the whiteout or the link that makes room for it; the root
    /// first of all.
    /// </summary>
    private static List<Entry> WithFolders(IReadOnlyList<Entry> entries, IEnumerable<TreeEntry> folders)
    {
        var missing = folders.ToDictionary(folder => Entry.CleanPath(folder.Name), StringComparer.Ordinal);
        var all = new List<Entry>(entries.Count + missing.Count);
        if (missing.Remove("", out var root))
        {
            all.Add(Folder(root));
        }

        foreach (var entry in entries)
        {
            int place = all.Count;
            foreach (var path in Entry.FoldersOf(entry.Path))
            {
                if (missing.Remove(path, out var folder))
                {
                    all.Insert(place, Folder(folder));
                }
            }

            all.Add(entry);
        }

        return all;
    }

    private static Entry Folder(TreeEntry folder) => new()
    {
        Name = folder.Name,
        Type = EntryType.Directory,
        Mode = folder.Mode,
        UserId = folder.Uid,
        GroupId = folder.Gid,
        ModifiedSeconds = folder.ModifiedSeconds,
        Xattrs = folder.Xattrs is { } xattrs ? Entry.NoXattrs.AddRange(xattrs) : Entry.NoXattrs,
    };

    private static IReadOnlyList<Entry> Cut(IReadOnlyList<Entry> entries, IReadOnlyList<CutFile> cut)
    {
        var pages = cut.ToDictionary(file => Entry.CleanPath(file.Name), file => file.Pages, StringComparer.Ordinal);
        return pages.Count == 0 ? entries : [.. entries.Select(entry => pages.TryGetValue(entry.Path, out var read) ? entry with { CutPages = read } : entry)];
    }

    /// <summary>
    /// Takes files with hot pieces out, in the order of the tar, and hard links to them, which have to stand behind. Last
    /// in the layer, what a client takes for the end of such a file is the start of the next one, or the end of the blob,
    /// and never before the chunk that it reads.
    /// </summary>
    private List<Entry> SetAside(IReadOnlyList<HotFile> hot)
    {
        var pages = new SortedDictionary<int, TouchedPages>();
        foreach (var file in hot)
        {
            if (_byPath.TryGetValue(Entry.CleanPath(file.Name), out int index)
                && _entries[index].Type == EntryType.File && _entries[index].Size > ChunkCut.HeadSize)
            {
                pages[index] = file.Pages;
            }
        }

        var order = new Queue<int>(pages.Keys);
        var links = Enumerable.Range(0, pages.Count == 0 ? 0 : _entries.Count)
            .Where(i => IsLast(i) && _entries[i].Type == EntryType.HardLink).ToLookup(TargetOf);
        var last = new List<Entry>();
        while (order.TryDequeue(out int index))
        {
            _placed[index] = true;
            last.Add(_entries[index] with { HotPages = pages.GetValueOrDefault(index) });
            foreach (int link in links[index])
            {
                order.Enqueue(link);
            }
        }

        return last;
    }

    /// <summary>
    /// A client that reads a copy reads on for 2 MiB. Where the zone is shorter, it gets what comes next, again and again
    /// a little more of it; so the zone takes that in, and the client has it in one request.
    /// </summary>
    private void FillZone(IReadOnlyList<string> next)
    {
        long missing = ReadAhead.Window - _ordered.Sum(entry => CompressedSize.Estimate(entry.Name, entry.Size));
        var rest = Enumerable.Range(0, _entries.Count).Where(IsLast);
        foreach (int index in next.Select(name => _byPath.GetValueOrDefault(Entry.CleanPath(name), -1)).Where(i => i >= 0).Concat(rest))
        {
            if (missing <= 0)
            {
                return;
            }

            long size = CompressedSize.Estimate(_entries[index].Name, _entries[index].Size);
            if (size > 0 && size <= missing && !_placed[index])
            {
                Place(index, withParents: true);
                missing -= size;
            }
        }
    }

    private void PlaceRest()
    {
        for (int i = 0; i < _entries.Count; i++)
        {
            if (IsLast(i))
            {
                Place(i, withParents: false);
            }
        }
    }

    /// <summary>Whether an entry is the one that counts among those of its name.</summary>
    private bool IsLast(int index) => _byPath.TryGetValue(_paths[index], out int last) && last == index;

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
        if (_placed[index])
        {
            return;
        }

        if (_entries[index].Type != EntryType.HardLink)
        {
            _placed[index] = true;
            Add(index, withParents);
            return;
        }

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
            Add(next, withParents);
        }
    }

    private void Add(int index, bool withParents)
    {
        if (withParents)
        {
            PlaceBefore(index);
        }

        _ordered.Add(_entries[index]);
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
            PlaceAlone($"{path[..start]}{TreePath.WhiteoutPrefix}{(slash < 0 ? path[start..] : path[start..slash])}", i => i < index);
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
        $"'{link.Name}' is a hard link to '{link.LinkName}', which is not a file of the same layer; eStargz cannot express that. In a publish, EstargzBaseImage=keep leaves the base image's layers as they are.");
}
