using Estargz.Layers;

namespace Estargz.Recording;

/// <summary>Which files belong in an image: those that were there before the app started, below folders that an image has.</summary>
/// <param name="appFolder">The real path of the app's folder, as it is before the app starts.</param>
/// <param name="start">When the app starts, in UTC.</param>
/// <param name="tracer">The program of the tracer, which is not the app's; null if there is none.</param>
internal sealed class RecordableFiles(string appFolder, DateTime start, string? tracer)
{
    /// <summary>File systems of the kernel, what does not outlive a run, and what is this user's rather than the app's.</summary>
    private static readonly string[] Elsewhere =
        [.. new[] { "/proc", "/sys", "/dev", "/run", "/var/run", "/tmp", "/var/tmp", "/home", Path.GetTempPath(), Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) }
            .Select(folder => folder.TrimEnd('/'))
            .Where(folder => folder.Length > 0)];

    /// <summary>
    /// The dynamic linker's index of this machine's own libraries. Whether the short time in which it is mapped is seen is
    /// chance, and an image has its own or none; the .NET start-up set names it for those that have.
    /// </summary>
    private const string LinkerCache = "/etc/ld.so.cache";

    /// <summary>What the app's folder has. Whatever becomes of it, it is read; what is not in here, the app has made.</summary>
    private readonly HashSet<string> _appFiles = Directory
        .EnumerateFiles(appFolder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
        .Where(path => FileStatus.Of(path, follow: false) is { IsRegular: true })
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>The real path of a file that belongs, or null.</summary>
    /// <param name="path">An absolute path, perhaps with links.</param>
    /// <param name="dotnetRoots">The .NET installations, wherever they are.</param>
    public string? Find(string path, IReadOnlyList<string> dotnetRoots) =>
        _appFiles.Contains(path) ? path
        : RealPath.Of(path) is not { } real ? null
        : RealPath.IsBelow(real, appFolder) ? _appFiles.Contains(real) ? real : null
        : real != tracer
        && real != LinkerCache
        && (dotnetRoots.Any(folder => RealPath.IsBelow(real, folder)) || !Elsewhere.Any(folder => RealPath.IsBelow(real, folder)))
        && FileStatus.Of(real) is { IsRegular: true } status && !(status.Created >= start) ? real : null;
}
