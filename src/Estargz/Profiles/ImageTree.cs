using System.Collections.Immutable;

namespace Estargz.Profiles;

/// <summary>
/// The file system that a container sees: all layers, one over the other, whiteouts applied (OCI image spec, layer.md,
/// "Applying Changesets"). It is not changed after it was built, but for <see cref="CreateFolder"/>.
/// </summary>
public sealed class ImageTree
{
    // As many as Linux follows (path_resolution(7)): what the kernel refuses need not be found here.
    private const int MaxSymlinks = 40;
    private const int MaxSymlinkLength = 4095;

    private readonly List<IReadOnlyCollection<TreeEntry>> _linksBelow = [];

    private ImageTree()
    {
    }

    /// <summary>The number of layers.</summary>
    public int LayerCount => _linksBelow.Count;

    /// <summary>
    /// For each layer, the symbolic links of lower ones that lead its entries, or the targets of its hard links, elsewhere;
    /// each by its own path.
    /// </summary>
    internal IReadOnlyList<IReadOnlyCollection<TreeEntry>> LinksBelow => _linksBelow;

    /// <summary>The root directory.</summary>
    public TreeNode Root { get; } = new(null, "", null, 0);

    /// <summary>Puts layers one over the other.</summary>
    /// <param name="layers">The entries of each layer in their order, whiteouts included; the lowest layer first.</param>
    public static ImageTree Build(IEnumerable<IEnumerable<TreeEntry>> layers)
    {
        var tree = new ImageTree();
        foreach (var layer in layers)
        {
            tree.Add([.. layer], tree.LayerCount);
        }

        return tree;
    }

    /// <summary>The file or directory at a path, all symbolic links followed; null where there is none.</summary>
    public TreeNode? Find(string path) => Walk(Root, TreePath.Segments(path), []);

    /// <summary>What stands in the way of a folder at a path: the first name on the way there that is no directory; or null.</summary>
    public string? FindObstacle(string folder)
    {
        var segments = TreePath.Segments(folder);
        return Enumerable.Range(1, segments.Length).Select(count => string.Join('/', segments.Take(count))).FirstOrDefault(path => Find(path) is { IsDirectory: false });
    }

    /// <summary>
    /// The folder at a path, links followed, made where the image has none, as runtimes make a container's working directory.
    /// </summary>
    /// <returns>The folder; null where something that is no folder stands in the way.</returns>
    public TreeNode? CreateFolder(string path) =>
        FindObstacle(path) is null && LayerCount > 0 && Walk(Root, TreePath.Segments(path), [], createIn: LayerCount - 1) is { IsDirectory: true } folder ? folder : null;

    /// <summary>A path without its symbolic links; the end of it that the image does not have stays as it is.</summary>
    public string RealPath(string path)
    {
        var segments = TreePath.Segments(path);
        for (int known = segments.Length; known > 0; known--)
        {
            if (Walk(Root, segments[..known], []) is { IsDirectory: true } directory)
            {
                return string.Join('/', [.. TreePath.Segments(directory.Path), .. segments[known..]]);
            }
        }

        return string.Join('/', segments);
    }

    /// <summary>
    /// What must be read to get at a path: the symbolic links on the way, as they are met, then the file or directory;
    /// a hard link is followed by its file. Empty where the image has nothing at the path; a symbolic link that leads
    /// nowhere is something.
    /// </summary>
    public ImmutableArray<TreeNode> Trace(string path)
    {
        var met = new List<TreeNode>();
        return TreePath.Segments(path) switch
        {
            [.. var parent, not ".." and var name] => Walk(Root, parent, met)?.Child(name) is { } node ? Trace(node, met) : [],
            var segments => Walk(Root, segments, met) is { } directory ? Trace(directory, met) : [],
        };
    }

    /// <summary>What must be read to get at what a node stands for.</summary>
    internal ImmutableArray<TreeNode> Trace(TreeNode node, List<TreeNode>? met = null)
    {
        met ??= [];
        if ((node.Parent is { } parent ? Walk(parent, [node.Name], met) : node) is { } end)
        {
            met.Add(end);
        }

        return [.. met.SelectMany(link => link.HardLinkTarget is { } file ? [link, file] : new[] { link })];
    }

    /// <summary>Follows a path from a directory; adds the symbolic links on the way to those met before.</summary>
    internal TreeNode? Walk(TreeNode directory, IReadOnlyList<string> path, List<TreeNode> met, int? createIn = null)
    {
        var rest = new Stack<string>(path.Reverse());
        var node = directory;
        while (rest.TryPop(out var segment))
        {
            if (segment == "..")
            {
                node = node.Parent ?? node;
                continue;
            }

            var child = node.Child(segment);
            if (child?.SymlinkTarget is { } target)
            {
                met.Add(child);
                if (met.Count > MaxSymlinks || target.Length > MaxSymlinkLength)
                {
                    return null;
                }

                node = target.StartsWith('/') ? Root : node;
                foreach (var step in TreePath.Segments(target).Reverse())
                {
                    rest.Push(step);
                }

                continue;
            }

            if (createIn is { } layer && child is not { IsDirectory: true })
            {
                node.Put(child = new TreeNode(node, segment, null, layer));
            }

            if (child is null || (rest.Count > 0 && !child.IsDirectory))
            {
                return null;
            }

            node = child;
        }

        return node;
    }

    private void Add(TreeEntry[] entries, int layer)
    {
        // A whiteout hides what lower layers have, wherever it stands in its layer: so all of them come first.
        foreach (var entry in entries)
        {
            if (Place(entry) is (var segments, { } name) && IsWhiteout(name))
            {
                Hide(Walk(Root, segments, []), name);
            }
        }

        var links = new HashSet<TreeNode>();
        foreach (var entry in entries)
        {
            var (segments, name) = Place(entry);
            if (name is null)
            {
                (Root.Entry, Root.Layer) = entry.Type == TreeEntryType.Directory ? (entry, layer) : (Root.Entry, Root.Layer);
            }
            else if (Follow(segments, links, createIn: layer) is { } parent && !IsWhiteout(name))
            {
                Put(parent, name, entry, layer, links);
            }
        }

        var below = links.Where(link => link.Layer < layer).Select(link => new TreeEntry(link.Path, TreeEntryType.Symlink) { LinkTarget = link.SymlinkTarget });
        _linksBelow.Add([.. below.OrderBy(link => link.Name, StringComparer.Ordinal)]);
    }

    /// <summary>Follows a path from the root, and notes the symbolic links on the way if it leads somewhere.</summary>
    private TreeNode? Follow(string[] path, HashSet<TreeNode> links, int? createIn = null)
    {
        var met = new List<TreeNode>();
        var end = Walk(Root, path, met, createIn);
        links.UnionWith(end is null ? [] : met);
        return end;
    }

    private static bool IsWhiteout(string name) => name.StartsWith(TreePath.WhiteoutPrefix, StringComparison.Ordinal);

    private static (string[] Parent, string? Name) Place(TreeEntry entry) =>
        TreePath.EntrySegments(entry.Name) is [.. var parent, var name] ? (parent, name) : ([], null);

    private static void Hide(TreeNode? directory, string whiteout)
    {
        if (whiteout == TreePath.OpaqueWhiteout)
        {
            directory?.Clear();
        }
        else
        {
            directory?.Remove(whiteout[TreePath.WhiteoutPrefix.Length..]);
        }
    }

    private void Put(TreeNode parent, string name, TreeEntry entry, int layer, HashSet<TreeNode> links)
    {
        if (entry.Type == TreeEntryType.Directory && parent.Child(name) is { IsDirectory: true } directory)
        {
            (directory.Entry, directory.Layer) = (entry, layer);
            return;
        }

        // Bound now: a higher layer may put another file under the target's name, but not under this one.
        parent.Put(new TreeNode(parent, name, entry, layer)
        {
            LinkedFile = entry is { Type: TreeEntryType.HardLink, LinkTarget: { } target } ? Linked(target, links) : null,
        });
    }

    private TreeNode? Linked(string target, HashSet<TreeNode> links)
    {
        if (TreePath.EntrySegments(target) is not [.. var segments, var name] || Follow(segments, links)?.Child(name) is not { } node)
        {
            return null;
        }

        node = node.LinkedFile ?? node;
        return node.IsDirectory ? null : node;
    }
}
