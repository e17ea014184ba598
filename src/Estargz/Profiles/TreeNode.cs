namespace Estargz.Profiles;

/// <summary>A place in the image tree: what the highest layer that has something there put there.</summary>
public sealed class TreeNode
{
    private SortedDictionary<string, TreeNode>? _children;

    internal TreeNode(TreeNode? parent, string name, TreeEntry? entry, int layer) =>
        (Parent, Name, Entry, Layer) = (parent, name, entry, layer);

    /// <summary>The layer's entry, with its own name for this place; null for a directory that no layer lists.</summary>
    public TreeEntry? Entry { get; internal set; }

    /// <summary>The layer that holds the entry, 0 is the lowest; for an unlisted directory, the one that needed it first.</summary>
    public int Layer { get; internal set; }

    /// <summary>The file that this hard link is another name of, in the same layer; null for anything else.</summary>
    public TreeNode? HardLinkTarget => LinkedFile is { } file && file.Layer == Layer ? file : null;

    /// <summary>
    /// The same file, in whichever layer: what a runtime that unpacks the image links to. It may have lost its own name to a
    /// higher layer.
    /// </summary>
    public TreeNode? LinkedFile { get; internal init; }

    /// <summary>Whether this is a directory.</summary>
    public bool IsDirectory => Entry is null or { Type: TreeEntryType.Directory };

    /// <summary>What is in this directory, in ordinal order of the names.</summary>
    public IReadOnlyCollection<KeyValuePair<string, TreeNode>> Children => _children is null ? [] : _children;

    /// <summary>The directory that this is in; the root is in none.</summary>
    internal TreeNode? Parent { get; }

    /// <summary>The name in that directory; empty for the root.</summary>
    internal string Name { get; }

    /// <summary>Where this points, if it is a symbolic link, or another name of one; else null.</summary>
    public string? SymlinkTarget => (LinkedFile ?? this).Entry is { Type: TreeEntryType.Symlink } link ? link.LinkTarget ?? "" : null;

    /// <summary>The names from the root to here, with slashes between them.</summary>
    public string Path
    {
        get
        {
            var names = new Stack<string>();
            for (var node = this; node.Parent is { } parent; node = parent)
            {
                names.Push(node.Name);
            }

            return string.Join('/', names);
        }
    }

    /// <summary>What has this name in this directory, or null.</summary>
    internal TreeNode? Child(string name) => _children?.GetValueOrDefault(name);

    internal void Put(TreeNode child) => (_children ??= new(StringComparer.Ordinal))[child.Name] = child;

    internal void Remove(string name) => _children?.Remove(name);

    internal void Clear() => _children = null;
}
