using Estargz.Profiles;

namespace Estargz.Layers;

/// <summary>
/// What is left of the entries of a tar that are unpacked one after the other, as containerd does: a file in the place of a
/// folder takes what was in it away, a hard link keeps what its name leads to when that gets another content, and what is
/// written through a symbolic link, of the layer or of one below, is where that leads. Lazy clients know none of that: to
/// them every entry is there at once, and a folder in the place of a lower layer's link hides it.
/// </summary>
internal sealed class AppliedEntries
{
    /// <summary>What AUFS kept in its layers; no runtime unpacks it.</summary>
    private const string AufsPrefix = ".wh..wh.";

    /// <summary>As many as Linux follows (path_resolution(7)).</summary>
    private const int MaxSymlinks = 40;

    private readonly Node _root = new("", null, -1);

    private AppliedEntries()
    {
    }

    /// <summary>The entries that are left, in their order. Nearly all layers are what they seem: that costs one look at each name.</summary>
    /// <param name="entries">The entries of the layer, in the order of their tar.</param>
    /// <param name="links">The symbolic links of lower layers that lead some of them elsewhere.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.TarInvalid"/>: an entry lies below a file.</exception>
    public static IReadOnlyList<Entry> Of(IReadOnlyList<Entry> entries, params IReadOnlyCollection<TreeEntry> links)
    {
        if (links.Count == 0 && IsPlain(entries))
        {
            return entries;
        }

        var layer = new AppliedEntries();
        foreach (var link in links)
        {
            layer.AddBelow(link);
        }

        for (int i = 0; i < entries.Count; i++)
        {
            layer.Add(entries[i], i);
        }

        return layer.Left();
    }

    private static bool IsPlain(IReadOnlyList<Entry> entries)
    {
        var paths = new HashSet<string>(entries.Count, StringComparer.Ordinal);
        var noFolders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var path = entry.Path;
            if (!paths.Add(path) || IsAufs(NameOf(path)))
            {
                return false;
            }

            if (entry.Type != EntryType.Directory)
            {
                noFolders.Add(path);
            }
        }

        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            for (var folder = Entry.FolderOf(path); folder.Length > 0 && folders.Add(folder); folder = Entry.FolderOf(folder))
            {
                if (noFolders.Contains(folder))
                {
                    return false;
                }
            }
        }

        // A hard link may name its file through a link, too.
        return entries.All(entry => entry.Type != EntryType.HardLink || paths.Contains(Entry.CleanPath(entry.LinkName)));
    }

    private static bool IsAufs(string name) => name.StartsWith(AufsPrefix, StringComparison.Ordinal) && name != TreePath.OpaqueWhiteout;

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>A link of a lower layer is followed, and makes room like one of this layer, but is no entry of it.</summary>
    private void AddBelow(TreeEntry link)
    {
        var entry = new Entry { Name = link.Name, Type = EntryType.Symlink, LinkName = link.LinkTarget ?? "" };
        Walk(Entry.FolderOf(entry.Path), link.Name).Children![NameOf(entry.Path)] = new Node(entry.Path, entry, -1) { Entry = null };
    }

    private void Add(Entry entry, int index)
    {
        var path = entry.Path;
        if (path.Length == 0)
        {
            (_root.Entry, _root.Index) = (entry, index);
            return;
        }

        var folder = Walk(Entry.FolderOf(path), entry.Name);
        var known = folder.Children!.GetValueOrDefault(NameOf(path));
        if (entry.Type == EntryType.Directory && known is { Children: not null })
        {
            (known.Entry, known.Content, known.Index) = (entry, entry, index);
            return;
        }

        var node = new Node(folder.PathOf(NameOf(path)), entry, index);
        if (entry.Type == EntryType.HardLink && Target(entry) is { } target)
        {
            node.Content = target.Content;
        }

        folder.Children![NameOf(path)] = node;
    }

    /// <summary>What a hard link leads to; null where that comes later, or never, or is in a lower layer.</summary>
    private Node? Target(Entry link)
    {
        var path = Entry.CleanPath(link.LinkName);
        return Walk(Entry.FolderOf(path), link.LinkName).Children!.GetValueOrDefault(NameOf(path)) is { Children: null, Entry: not null } node ? node : null;
    }

    /// <summary>The folder at a path, links followed; it is made where it is not there.</summary>
    private Node Walk(string path, string name)
    {
        var rest = new Stack<string>(Segments(path));
        var node = _root;
        int links = 0;
        while (rest.TryPop(out var segment))
        {
            if (segment == "..")
            {
                node = node.Parent ?? node;
                continue;
            }

            if (!node.Children!.TryGetValue(segment, out var child))
            {
                child = new Node(node.PathOf(segment), null, -1) { Parent = node };
                node.Children[segment] = child;
            }

            child.Parent ??= node;
            if (child.Content is { Type: EntryType.Symlink, LinkName: var target } && ++links <= MaxSymlinks)
            {
                node = target.StartsWith('/') ? _root : node;
                foreach (var step in Segments(target))
                {
                    rest.Push(step);
                }
            }
            else
            {
                node = child.Children is not null ? child : throw new EstargzException(
                    DiagnosticCode.TarInvalid, $"'{name}' lies below '{child.Path}', which is no folder, so no runtime can unpack it. Rebuild that image.");
            }
        }

        return node;
    }

    /// <summary>The last one first, as a stack takes them.</summary>
    private static IEnumerable<string> Segments(string path) => path.Split('/').Where(segment => segment is not ("" or ".")).Reverse();

    private List<Entry> Left()
    {
        List<Node> left = [];
        var open = new Stack<Node>([_root]);
        while (open.TryPop(out var node))
        {
            if (node.Entry is not null)
            {
                left.Add(node);
            }

            foreach (var (_, child) in node.Children?.Where(child => !IsAufs(child.Key)) ?? [])
            {
                open.Push(child);
            }
        }

        left.Sort((one, other) => one.Index.CompareTo(other.Index));

        // Of several names of a file, the first that is left has the content.
        var names = new Dictionary<Entry, string>(ReferenceEqualityComparer.Instance);
        foreach (var node in left.Where(node => ReferenceEquals(node.Entry, node.Content)))
        {
            names.TryAdd(node.Content!, node.Path);
        }

        return [.. left.Select(Name)];

        Entry Name(Node node)
        {
            var entry = node.Entry!;
            if (node.Content is { } content && names.TryAdd(content, node.Path))
            {
                return Renamed(content, node.Path);
            }

            return entry.Type == EntryType.HardLink && node.Content is { } linked && !ReferenceEquals(linked, entry) && Entry.CleanPath(entry.LinkName) != names[linked]
                ? Renamed(entry with { LinkName = names[linked], Header = null! }, node.Path)
                : entry.Path == node.Path ? entry : Renamed(entry, node.Path);
        }
    }

    /// <summary>With a header of its own: the one that it came with says something else.</summary>
    private static Entry Renamed(Entry entry, string path) =>
        entry with { Name = entry.Type == EntryType.Directory ? path + "/" : path, Header = null! };

    /// <summary>What is at a path.</summary>
    private sealed class Node(string path, Entry? entry, int index)
    {
        public string Path => path;

        /// <summary>The entry that put it there; null for folders that have none.</summary>
        public Entry? Entry { get; set; } = entry;

        /// <summary>The number of that entry.</summary>
        public int Index { get; set; } = index;

        /// <summary>The entry that has the content: this one, or the file that a hard link leads to.</summary>
        public Entry? Content { get; set; } = entry;

        public Node? Parent { get; set; }

        /// <summary>Null for what is no folder.</summary>
        public Dictionary<string, Node>? Children { get; } = entry is null or { Type: EntryType.Directory } ? new(StringComparer.Ordinal) : null;

        public string PathOf(string name) => path.Length == 0 ? name : $"{path}/{name}";
    }
}
