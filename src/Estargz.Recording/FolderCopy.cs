using System.Runtime.Versioning;
using Estargz.Layers;

namespace Estargz.Recording;

/// <summary>
/// A copy of a publish folder, for an app to run in: what it writes beside itself, a log or a database, shall not be in the
/// next image. Gone when it is disposed.
/// </summary>
/// <remarks>
/// Costs what it takes to read and write the folder once: 0.1 s for the 100 MB of a self-contained app, and next to nothing on a
/// file system that shares blocks (Btrfs, XFS). Hard links would cost less, but an app may write into a file as it is.
/// </remarks>
[SupportedOSPlatform("linux")]
public sealed class FolderCopy : IDisposable
{
    private readonly string _source;
    private readonly CancellationToken _cancellationToken;

    private FolderCopy(string source, string path, CancellationToken cancellationToken) => (_source, Path, _cancellationToken) = (source, path, cancellationToken);

    /// <summary>Where it is, without a slash at its end.</summary>
    public string Path { get; }

    /// <summary>Copies a folder, with modes, times and symbolic links.</summary>
    /// <param name="source">The folder.</param>
    /// <param name="path">The folder to make; one that an earlier copy has left there is replaced.</param>
    /// <param name="cancellationToken">Stops between two files, and leaves nothing behind.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.CacheUnusable"/>.</exception>
    public static FolderCopy Create(string source, string path, CancellationToken cancellationToken)
    {
        var copy = new FolderCopy(Trim(source), Trim(path), cancellationToken);
        try
        {
            copy.Dispose();
            copy.Copy(new DirectoryInfo(copy._source), copy.Path);
            return copy;
        }
        catch (Exception e)
        {
            copy.Dispose();
            throw e is IOException or UnauthorizedAccessException ? new EstargzException(
                DiagnosticCode.CacheUnusable, $"'{copy._source}' cannot be copied to '{copy.Path}', where the app is to run: {e.Message} See that there is room, and that this user may write there.", e) : e;
        }
    }

    /// <summary>A text with the name of the folder in place of that of the copy.</summary>
    public string ToSource(string text) => text.Replace(Path, _source, StringComparison.Ordinal);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            if (Directory.Exists(Path))
            {
                ScratchFolder.Delete(Path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The app had rights that this user has not. The next copy says so, if it is in the way.
        }
    }

    private static string Trim(string path) => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));

    private void Copy(DirectoryInfo source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var entry in source.GetFileSystemInfos())
        {
            _cancellationToken.ThrowIfCancellationRequested();
            var path = System.IO.Path.Join(target, entry.Name);
            if (entry.LinkTarget is { } link)
            {
                File.CreateSymbolicLink(path, Relocate(link, source.FullName));
            }
            else if (entry is DirectoryInfo folder)
            {
                // A project may be published to a folder above the one for intermediate files.
                if (folder.FullName != Path)
                {
                    Copy(folder, path);
                }
            }
            else if (FileStatus.Of(entry.FullName, follow: false) is null or { IsRegular: true })
            {
                File.Copy(entry.FullName, path);
            }
        }

        File.SetUnixFileMode(target, source.UnixFileMode);
        Directory.SetLastWriteTimeUtc(target, source.LastWriteTimeUtc);
    }

    /// <summary>A link leads to the same place of the copy, or to the same place outside.</summary>
    private string Relocate(string link, string folder)
    {
        var end = System.IO.Path.GetFullPath(link, folder);
        bool inside = RealPath.IsBelow(end, _source);
        return System.IO.Path.IsPathRooted(link) == inside ? inside ? Path + end[_source.Length..] : end : link;
    }
}
