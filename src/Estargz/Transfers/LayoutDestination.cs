using Estargz.Images;

namespace Estargz.Transfers;

/// <summary>An OCI layout folder, with what is in it already.</summary>
/// <param name="folder">The folder, an absolute path.</param>
/// <param name="repository">The image's name without tag, for runtimes; or null.</param>
internal sealed class LayoutDestination(string folder, string? repository) : IDestination
{
    private readonly OciLayoutWriter _layout = new(folder);

    /// <inheritdoc/>
    public bool InOrder => false;

    /// <inheritdoc/>
    public Task CheckAsync(CancellationToken cancellationToken) => _layout.CreateAsync(cancellationToken);

    /// <inheritdoc/>
    public bool CanMountFrom(string registry) => false;

    /// <inheritdoc/>
    public Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) => _layout.HasBlobAsync(blob, cancellationToken);

    /// <inheritdoc/>
    public Task PushBlobAsync(Descriptor blob, Func<Stream> open, string? mountFrom, CancellationToken cancellationToken) =>
        _layout.AddBlobAsync(blob, open, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> PushManifestAsync(Content manifest, CancellationToken cancellationToken)
    {
        bool isNew = !await _layout.HasBlobAsync(manifest.Descriptor, cancellationToken).ConfigureAwait(false);
        await _layout.AddBlobAsync(manifest.Descriptor, manifest.OpenRead, cancellationToken).ConfigureAwait(false);
        return isNew;
    }

    /// <inheritdoc/>
    public Task<bool> PushArtifactAsync(Artifact artifact, Func<Stream> open, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <inheritdoc/>
    public async Task<bool> TagAsync(Content manifest, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        await PushManifestAsync(manifest, cancellationToken).ConfigureAwait(false);
        return await _layout.TagAsync(manifest.Descriptor, repository, tags, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
