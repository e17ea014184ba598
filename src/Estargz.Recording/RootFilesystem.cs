using Estargz.Images;
using Estargz.Layers;
using Estargz.Profiles;

namespace Estargz.Recording;

/// <summary>
/// The file system of an image, unpacked to a temporary folder that only this user may enter: all layers, one over the
/// other, whiteouts applied (OCI image spec, layer.md). Gone when it is disposed.
/// </summary>
public sealed class RootFilesystem : IDisposable
{
    private readonly IDisposable _scratch;

    private RootFilesystem(IDisposable scratch, string folder, ImageTree tree) => (_scratch, Folder, Tree) = (scratch, folder, tree);

    /// <summary>What the image has.</summary>
    public ImageTree Tree { get; }

    /// <summary>The folder that is the root.</summary>
    public string Folder { get; }

    /// <summary>Unpacks an image.</summary>
    /// <param name="layers">The layers, the lowest first: gzip, zstd or plain tar.</param>
    /// <param name="open">Opens a layer's blob, whose digest has been checked, to be read from any place.</param>
    /// <param name="cancellationToken">Stops within a buffer, and leaves nothing behind.</param>
    /// <exception cref="EstargzException">
    /// A code of 3xxx or 4xxx; <see cref="DiagnosticCode.DigestMismatch"/>: a layer is not what the configuration says;
    /// <see cref="DiagnosticCode.CacheUnusable"/>: the temporary folder is full or cannot be written;
    /// <see cref="DiagnosticCode.RecorderUnavailable"/>: not on this system.
    /// </exception>
    public static async Task<RootFilesystem> UnpackAsync(
        IEnumerable<ImageLayer> layers, Func<Descriptor, CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new EstargzException(DiagnosticCode.RecorderUnavailable, "An image can only be recorded on Linux. Record it there, in a container for example.");
        }

        var sources = new List<SourceLayer>();
        var scratch = new ScratchFolder();
        try
        {
            foreach (var layer in layers)
            {
                sources.Add(await OpenAsync(layer, sources.Count + 1, open, cancellationToken).ConfigureAwait(false));
            }

            var root = new RootFilesystem(scratch, scratch["rootfs"], ImageTree.Build(sources.Select(source => TreeEntries.Of(source.Entries))));
            new RootWriter(root.Folder, sources, cancellationToken).Write(root.Tree);
            return root;
        }
        catch (Exception e)
        {
            scratch.Dispose();
            throw e is IOException or UnauthorizedAccessException ? new EstargzException(
                DiagnosticCode.CacheUnusable, $"The image cannot be unpacked to '{Path.GetTempPath()}': {e.Message} Set TMPDIR to a folder with more room.", e) : e;
        }
        finally
        {
            sources.ForEach(source => source.Dispose());
        }
    }

    /// <summary>Where something of the image is on disk; null if the image has nothing there. Links do not lead out.</summary>
    /// <param name="path">A path in the image.</param>
    public string? Find(string path) => Tree.Find(path) is { } node ? Locate(node) : null;

    /// <summary>
    /// Where a folder of the image is on disk, made where there is none, root's and open to all: runtimes do so with the working
    /// directory. Links do not lead out.
    /// </summary>
    /// <param name="path">A path in the image.</param>
    /// <returns>Null if something that is no folder is in the way.</returns>
    public string? CreateFolder(string path)
    {
        if (Tree.CreateFolder(path) is not { } node)
        {
            return null;
        }

        // The tree's own path has no links. What it takes for a folder is one on disk, or missing there, or a link led to a file.
        var folder = Folder;
        foreach (var name in node.Path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            folder = Path.Join(folder, name);
            if (File.Exists(folder) || new DirectoryInfo(folder).LinkTarget is not null)
            {
                return null;
            }

            if (!Directory.Exists(folder) && !OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
                File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
            }
        }

        return folder;
    }

    /// <summary>Finds a program as the kernel and execvp(3) do.</summary>
    /// <param name="name">A path, or a name to look for.</param>
    /// <param name="searchPath">The app's PATH.</param>
    /// <param name="workingDirectory">Where a relative path begins.</param>
    public string? FindProgram(string name, string searchPath, string workingDirectory) =>
        (name.Contains('/', StringComparison.Ordinal) ? [Path.Combine(workingDirectory, name)] : searchPath.Split(':').Select(folder => $"{folder}/{name}"))
            .Select(Tree.Find)
            .Where(node => node is { IsDirectory: false })
            .Select(node => Locate(node!))
            .FirstOrDefault();

    /// <summary>Where a file of the image is, for a path on disk with links in it; null for one that the image does not have.</summary>
    public string? FindRecorded(string path) =>
        RealPath.IsBelow(path, Folder) && Tree.Find(path[Folder.Length..]) is { } node && (node.LinkedFile ?? node).Entry is { Type: TreeEntryType.File }
            ? Locate(node)
            : null;

    /// <summary>A path on disk as the app sees it.</summary>
    public string Seen(string path) => path.Length == Folder.Length ? "/" : path[Folder.Length..];

    /// <summary>Deletes the folder, whatever the app has made of it.</summary>
    public void Dispose() => _scratch.Dispose();

    private string Locate(TreeNode node) => Path.Join(Folder, node.Path).TrimEnd('/');

    private static async Task<SourceLayer> OpenAsync(
        ImageLayer layer, int number, Func<Descriptor, CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        try
        {
            using var blob = await open(layer.Descriptor, cancellationToken).ConfigureAwait(false);
            var source = await SourceLayer.OpenAsync(blob, layer.Descriptor.MediaType, Path.GetTempPath(), cancellationToken).ConfigureAwait(false);
            if (source.DiffId != layer.DiffId)
            {
                source.Dispose();
                throw new EstargzException(
                    DiagnosticCode.DigestMismatch, $"it unpacks to {source.DiffId}, but the configuration says {layer.DiffId}. Build and push the image again.");
            }

            return source;
        }
        catch (EstargzException e)
        {
            throw new EstargzException(e.Code, $"Layer {number} ({layer.Descriptor.Digest}) cannot be unpacked: {e.Message}", e);
        }
    }
}
