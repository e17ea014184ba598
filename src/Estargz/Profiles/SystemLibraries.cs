using System.Text.RegularExpressions;

namespace Estargz.Profiles;

/// <summary>
/// The shared libraries in the folders where the dynamic linker looks (ld.so(8)). A distribution has them in folders and
/// versions of its own, but their names keep a stem: what is <c>lib/x86_64-linux-gnu/libicudata.so.72.1</c> on one is
/// <c>usr/lib/libicudata.so.74</c> on another.
/// </summary>
internal sealed partial class SystemLibraries
{
    private static readonly string[] Folders = ["lib", "lib64", "usr/lib", "usr/lib64", "usr/local/lib"];

    private readonly Lazy<ILookup<string, TreeNode>> _byStem;

    /// <summary>The libraries of an image; they are looked for when the first one is asked for.</summary>
    public SystemLibraries(ImageTree tree) => _byStem = new(() => List(tree).ToLookup(library => Stem(library.Name)!, StringComparer.Ordinal));

    /// <summary>
    /// What the image has of the library with a path of another system: the same name, or else the version that has most
    /// in common with it, of two such ones the higher; null where there is none, and for what is no library of a system.
    /// </summary>
    public TreeNode? Find(string path)
    {
        var segments = TreePath.Segments(path);
        return segments is [.. var folder, var name] && IsSystemFolder(folder) && Stem(name) is { } stem
            ? _byStem.Value[stem].MaxBy(library => (InCommon(library.Name, name), library.Name), Comparer<(int, string)>.Create(
                (a, b) => a.Item1 != b.Item1 ? a.Item1.CompareTo(b.Item1) : string.CompareOrdinal(a.Item2, b.Item2)))
            : null;
    }

    private static IEnumerable<TreeNode> List(ImageTree tree) =>
        from folder in Folders
        let top = tree.Find(folder)
        where top is { IsDirectory: true }
        from node in top.Children.Where(child => child.Value.IsDirectory && IsMultiarch(child.Key)).Select(child => child.Value).Prepend(top)
        from library in node.Children
        where !library.Value.IsDirectory && Stem(library.Key) is not null
        select library.Value;

    private static bool IsSystemFolder(string[] folder) =>
        Folders.Contains(string.Join('/', folder is [.. var above, var multiarch] && IsMultiarch(multiarch) ? above : folder));

    /// <summary>Debian's name for a processor and a C library: <c>x86_64-linux-gnu</c>.</summary>
    private static bool IsMultiarch(string folder) => folder.Contains("-linux-", StringComparison.Ordinal);

    /// <summary><c>libicudata.so</c> for <c>libicudata.so.72.1</c>; null for what is no shared library.</summary>
    private static string? Stem(string name) => Library().Match(name) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>How many parts of the version are equal; all of them, and more, where the names are.</summary>
    private static int InCommon(string one, string other) => one == other
        ? int.MaxValue
        : one.Split('.').Zip(other.Split('.')).TakeWhile(pair => pair.First == pair.Second).Count();

    [GeneratedRegex(@"\A([^/]+\.so)(?:\.[0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Library();
}
