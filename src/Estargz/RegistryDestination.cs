using Estargz.Images;
using Estargz.Registries;

namespace Estargz;

/// <summary>A repository of a registry.</summary>
internal sealed class RegistryDestination(Registry registry, string repository) : IDestination
{
    /// <inheritdoc/>
    public bool InOrder => false;

    /// <inheritdoc/>
    public Task CheckAsync(CancellationToken cancellationToken) => registry.CheckPushAccessAsync(repository, cancellationToken);

    /// <inheritdoc/>
    public bool CanMountFrom(string host) => registry.Host == host;

    /// <inheritdoc/>
    public Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        registry.HasBlobAsync(repository, blob, cancellationToken);

    /// <inheritdoc/>
    public Task PushBlobAsync(Descriptor blob, Func<Stream> open, string? mountFrom, CancellationToken cancellationToken) =>
        registry.PushBlobAsync(repository, blob, open, mountFrom, cancellationToken);

    /// <inheritdoc/>
    public Task PushManifestAsync(Content manifest, CancellationToken cancellationToken) =>
        registry.PushManifestAsync(repository, manifest.Digest.ToString(), manifest, cancellationToken);

    /// <inheritdoc/>
    public async Task TagAsync(Content manifest, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        foreach (var tag in tags)
        {
            await registry.PushManifestAsync(repository, tag, manifest, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        registry.Dispose();
        return ValueTask.CompletedTask;
    }
}
