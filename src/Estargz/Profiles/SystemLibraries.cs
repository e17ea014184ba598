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
            ? _byStem.Value[stem].Aggregate((TreeNode?)null, (best, library) => best is null || IsNearer(library.Name, best.Name, name) ? library : best)
            : null;
    }

    private static bool IsNearer(string one, string other, string wanted) =>
        InCommon(one, wanted).CompareTo(InCommon(other, wanted)) is not 0 and var difference ? difference > 0 : string.CompareOrdinal(one, other) > 0;

    private static IEnumerable<TreeNode> List(ImageTree tree)
    {
        foreach (var top in Folders.Select(tree.Find))
        {
            foreach (var folder in top is { IsDirectory: true } ? Below(top).Where(child => child.IsDirectory && IsMultiarch(child.Name)).Prepend(top) : [])
            {
                foreach (var library in Below(folder).Where(child => !child.IsDirectory && Stem(child.Name) is not null))
                {
                    yield return library;
                }
            }
        }
    }

    private static IEnumerable<TreeNode> Below(TreeNode folder)
    {
        foreach (var (_, child) in folder.Children)
        {
            yield return child;
        }
    }

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
