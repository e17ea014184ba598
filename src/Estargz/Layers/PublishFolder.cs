using Estargz.Profiles;

namespace Estargz.Layers;

/// <summary>Lists what <c>dotnet publish</c> put into its folder, as the SDK does: everything, links followed.</summary>
public static class PublishFolder
{
    /// <summary>More levels than any app has, and fewer than a loop of links.</summary>
    private const int MaxDepth = 100;

    /// <summary>All files and empty folders below a folder, sorted by their path in the image.</summary>
    /// <param name="folder">The folder, an absolute path.</param>
    /// <param name="workingDirectory">Where the folder's content goes in the image: <c>/app/</c>.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/> or <see cref="DiagnosticCode.ReservedName"/>.</exception>
    public static IReadOnlyList<ImageFile> List(string folder, string workingDirectory)
    {
        var files = new List<ImageFile>();
        var root = Entry.CleanPath(workingDirectory);
        try
        {
            Add(folder, root.Length == 0 ? "" : root + "/", files, depth: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EstargzException(DiagnosticCode.FileUnreadable, $"The publish folder '{folder}' cannot be read: {e.Message}", e);
        }

        // No order of a file system or of a culture gets into a layer.
        files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return files;
    }

    private static void Add(string folder, string prefix, List<ImageFile> files, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new EstargzException(
                DiagnosticCode.FileUnreadable,
                $"'{folder}' is more than {MaxDepth} folders deep: is there a link to a folder above it? Remove it from the publish folder.");
        }

        int before = files.Count;
        foreach (var item in Directory.EnumerateFileSystemEntries(folder, "*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }))
        {
            var path = prefix + Path.GetFileName(item);
            switch (FileStatus.Of(item, follow: false))
            {
                case { IsFolder: true }:
                    Add(item, path + "/", files, depth + 1);
                    break;
                case { IsRegular: true } file:
                    files.Add(Describe(path, item, file.Size, file.IsExecutable));
                    break;
                case { IsLink: false }:
                    throw Refused(item);
                default:
                    AddOther(item, path, files, depth);
                    break;
            }
        }

        if (files.Count == before && depth > 0)
        {
            files.Add(Describe(prefix, folder, 0, isExecutable: false));
        }
    }

    /// <summary>A link, or what is not on Linux: .NET knows where it leads, and takes more than one system call for it.</summary>
    private static void AddOther(string item, string path, List<ImageFile> files, int depth)
    {
        switch (Follow(Directory.Exists(item) ? new DirectoryInfo(item) : new FileInfo(item)))
        {
            case DirectoryInfo { Exists: true } below when IsBelow(item, below.FullName):
                throw new EstargzException(
                    DiagnosticCode.FileUnreadable, $"'{item}' is a link to a folder that it is in itself, '{below.FullName}', and so never ends. Remove it from the publish folder.");
            case DirectoryInfo { Exists: true } below:
                Add(below.FullName, path + "/", files, depth + 1);
                break;
            case FileInfo file when IsRegular(file):
                files.Add(Describe(path, file));
                break;
            default:
                throw Refused(item);
        }
    }

    private static EstargzException Refused(string item) => new(
        DiagnosticCode.FileUnreadable, $"'{item}' is neither a file nor a folder, or a link to nothing. Remove it from the publish folder.");

    /// <summary>A file of this machine as it goes into an image.</summary>
    /// <param name="path">Its path in the image.</param>
    /// <param name="source">Where it is; a link is followed.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/> or <see cref="DiagnosticCode.ReservedName"/>.</exception>
    public static ImageFile Describe(string path, string source)
    {
        var file = new FileInfo(source);
        try
        {
            return Follow(file) is FileInfo found && IsRegular(found)
                ? Describe(path, found)
                : throw new EstargzException(DiagnosticCode.FileUnreadable, $"'{source}' (for '/{path}' in the image) is no file. Correct the item that names it.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EstargzException(DiagnosticCode.FileUnreadable, $"'{source}' (for '/{path}' in the image) cannot be read: {e.Message}", e);
        }
    }

    private static ImageFile Describe(string path, FileInfo file) => Describe(path, file.FullName, file.Length, IsExecutable(file));

    private static ImageFile Describe(string path, string source, long size, bool isExecutable) =>
        Landmark.IsReserved(path) ? throw Reserved(source, path, "a name that the eStargz format keeps for itself. Give it another name or folder.")
        : path.StartsWith(TreePath.WhiteoutPrefix, StringComparison.Ordinal) || path.Contains("/" + TreePath.WhiteoutPrefix, StringComparison.Ordinal)
            ? throw Reserved(source, path, $"and runtimes take names that begin with {TreePath.WhiteoutPrefix} for an order to remove a file. Give it another name.")
        : new ImageFile(path, source, size, isExecutable);

    private static EstargzException Reserved(string source, string path, string why) =>
        new(DiagnosticCode.ReservedName, $"'{source}' would be '/{path}' in the image, {why}");

    private static bool IsBelow(string item, string folder) =>
        (Path.GetDirectoryName(item) + "/").StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <remarks>What the folder has told already is enough for all that are no links.</remarks>
    private static FileSystemInfo Follow(FileSystemInfo item) =>
        (item.Attributes.HasFlag(FileAttributes.ReparsePoint) ? item.ResolveLinkTarget(returnFinalTarget: true) : null) ?? item;

    /// <summary>.NET takes a pipe, a socket and a device for a file.</summary>
    private static bool IsRegular(FileInfo file) => file.Exists && FileStatus.Of(file.FullName) is null or { IsRegular: true };

    /// <summary>Windows does not know; there, as from the SDK, everything may be executed.</summary>
    private static bool IsExecutable(FileInfo file) =>
        OperatingSystem.IsWindows() || (file.UnixFileMode & UnixFileMode.UserExecute) != 0;
}
