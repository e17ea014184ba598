using Estargz.Profiles;

namespace Estargz.Tests.Profiles;

/// <summary>Layers written short: <c>d/</c> a directory, <c>f</c> a file, <c>s -> t</c> a symbolic link, <c>h => t</c> a hard link.</summary>
internal static class TreeSample
{
    public static ImageTree Tree(params string[][] layers) => ImageTree.Build(layers.Select(layer => layer.Select(Entry)));

    /// <summary>The layer and the layer's own name of what a path leads to: <c>1:usr/lib/x</c>; null where there is nothing.</summary>
    public static string? At(this ImageTree tree, string path) => tree.Find(path) is { } node ? Show(node) : null;

    /// <summary>The same for everything that must be read to get there.</summary>
    public static string TraceOf(this ImageTree tree, string path) => string.Join(' ', tree.Trace(path).Select(Show));

    private static string Show(TreeNode node) => $"{node.Layer}:{node.Entry?.Name}";

    private static TreeEntry Entry(string text) =>
        text.Split(" -> ") is [var link, var target] ? new TreeEntry(link, TreeEntryType.Symlink) { LinkTarget = target }
        : text.Split(" => ") is [var name, var file] ? new TreeEntry(name, TreeEntryType.HardLink) { LinkTarget = file }
        : new TreeEntry(text, text.EndsWith('/') ? TreeEntryType.Directory : TreeEntryType.File);
}
