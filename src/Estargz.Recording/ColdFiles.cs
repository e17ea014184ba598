namespace Estargz.Recording;

/// <summary>
/// Large files of which nothing is in memory before the app starts, so that what is in memory afterwards is what it
/// read, with the kernel's read-ahead: the same that a lazy mount is asked for.
/// </summary>
internal sealed class ColdFiles
{
    /// <summary>Smaller files are fetched whole by lazy clients: a chunk is 4 MiB.</summary>
    public const long MinSize = 4 << 20;

    private readonly HashSet<string> _cold;

    private ColdFiles(HashSet<string> cold) => _cold = cold;

    /// <summary>Drops the large files of the app, its framework and ICU from the page cache, where the kernel lets us.</summary>
    /// <param name="folders">Folders to look into, with all below them.</param>
    public static ColdFiles In(IEnumerable<string> folders)
    {
        // What this process has mapped cannot go, and libraries of the system serve others: only ICU's data is worth it.
        var own = MemoryMaps.Of(Environment.ProcessId).ToHashSet(StringComparer.Ordinal);
        var libraries = own.Where(path => path.Contains("/libc.", StringComparison.Ordinal)).Select(path => Path.GetDirectoryName(path)!);
        var files = folders.SelectMany(folder => Files(folder, "*", recurse: true))
            .Concat(libraries.SelectMany(folder => Files(folder, "libicu*", recurse: false)))
            .Where(file => file.LinkTarget is null && file.Length > MinSize && !own.Contains(file.FullName))
            .Select(file => file.FullName)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var file in files)
        {
            PageCache.Drop(file);
        }

        files.RemoveWhere(file => PageCache.Resident(file) is not { Count: 0 });
        return new ColdFiles(files);
    }

    /// <summary>What of a file was read since; null if that is unknown.</summary>
    public TouchedPages? PagesOf(string path) =>
        _cold.Contains(path) && PageCache.Resident(path) is { Count: > 0 } pages ? TouchedPages.Of(pages) : null;

    private static IEnumerable<FileInfo> Files(string folder, string pattern, bool recurse) =>
        Directory.Exists(folder)
            ? new DirectoryInfo(folder).EnumerateFiles(pattern, new EnumerationOptions { RecurseSubdirectories = recurse, AttributesToSkip = 0 })
            : [];
}
