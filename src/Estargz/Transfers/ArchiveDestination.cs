using System.Text.Json;
using System.Text.Json.Serialization;
using Estargz.Images;
using Estargz.Layers;

namespace Estargz.Transfers;

/// <summary>
/// An archive: a tar of an OCI layout (OCI image spec, image-layout.md), which Docker, Podman, skopeo and containerd load.
/// Blobs are in it once, in the order of the layers, so that the same image is the same archive. Layers are compressed, so
/// the archive is not, whatever its name says; so it is with the SDK's.
/// </summary>
/// <param name="path">The file, an absolute path.</param>
/// <param name="repository">The image's name without tag.</param>
internal sealed class ArchiveDestination(string path, string repository) : IDestination
{
    /// <summary>A tar ends with two empty blocks (POSIX.1-2017, pax, "ustar Interchange Format").</summary>
    private const int EndBlocks = 2;

    /// <summary>The file that Docker before 25 looks for, and Podman where an image has several tags (Docker image spec 1.2,
    /// "Combined Image JSON + Filesystem Changeset Format"). It knows no indexes.</summary>
    private const string DockerManifest = "manifest.json";

    private readonly HashSet<Digest> _blobs = [];
    private NewFile? _file;

    /// <inheritdoc/>
    public bool InOrder => true;

    /// <summary>The file that <c>ContainerArchiveOutputPath</c> means, by the SDK's rules: a folder, or a name without an
    /// extension, is where a file with the repository's name goes.</summary>
    public static string PathFor(string path, string repository) =>
        Path.EndsInDirectorySeparator(path) || Directory.Exists(path) || !Path.HasExtension(path)
            ? Path.Combine(path, repository + ".tar.gz")
            : path;

    /// <inheritdoc/>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await using var file = NewFile.Create(path);
    }

    /// <inheritdoc/>
    public bool CanMountFrom(string registry) => false;

    /// <inheritdoc/>
    public Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) => Task.FromResult(_blobs.Contains(blob.Digest));

    /// <inheritdoc/>
    public async Task PushBlobAsync(Descriptor blob, Func<Stream> open, string? mountFrom, CancellationToken cancellationToken)
    {
        if (_blobs.Add(blob.Digest))
        {
            await using var source = open();
            await WriteAsync(
                OciLayout.BlobName(blob.Digest),
                blob.Size,
                file => BlobCopy.CopyAsync(blob, source, file, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> PushManifestAsync(Content manifest, CancellationToken cancellationToken)
    {
        await PushBlobAsync(manifest.Descriptor, manifest.OpenRead, null, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public Task<bool> PushArtifactAsync(Artifact artifact, Func<Stream> open, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <inheritdoc/>
    public async Task<bool> TagAsync(Content manifest, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        await PushManifestAsync(manifest, cancellationToken).ConfigureAwait(false);
        var index = ImageIndex.Create([]).WithTags(manifest.Descriptor, repository, tags).Content.Bytes;
        await WriteAsync(OciLayout.IndexName, index, cancellationToken).ConfigureAwait(false);
        await WriteAsync(OciLayout.MarkerName, OciLayout.Marker, cancellationToken).ConfigureAwait(false);
        if (MediaType.IsManifest(manifest.MediaType))
        {
            await WriteAsync(DockerManifest, Describe(Manifest.Parse(manifest, path), tags), cancellationToken).ConfigureAwait(false);
        }

        await _file!.WriteAsync(new byte[EndBlocks * TarBlock.Size], cancellationToken).ConfigureAwait(false);
        await _file.CompleteAsync().ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file?.DisposeAsync() ?? ValueTask.CompletedTask;

    private ReadOnlyMemory<byte> Describe(Manifest manifest, IEnumerable<string> tags) => JsonSerializer.SerializeToUtf8Bytes(
        [new DockerArchiveImage(OciLayout.BlobName(manifest.Config.Digest), [.. tags.Select(tag => $"{repository}:{tag}")], [.. manifest.Layers.Select(layer => OciLayout.BlobName(layer.Digest))])],
        DockerArchiveJson.Default.DockerArchiveImageArray);

    private Task WriteAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        WriteAsync(name, content.Length, file => file.WriteAsync(content, cancellationToken), cancellationToken);

    private async Task WriteAsync(string name, long size, Func<NewFile, Task> write, CancellationToken cancellationToken)
    {
        _file ??= NewFile.Create(path);
        await _file.WriteAsync(TarHeader.EncodeFile(name, size), cancellationToken).ConfigureAwait(false);
        await write(_file).ConfigureAwait(false);
        await _file.WriteAsync(new byte[TarBlock.Padding(size)], cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>An image in <c>manifest.json</c>: names of files in the archive.</summary>
internal sealed record DockerArchiveImage(string Config, string[] RepoTags, string[] Layers);

[JsonSerializable(typeof(DockerArchiveImage[]))]
internal sealed partial class DockerArchiveJson : JsonSerializerContext;
