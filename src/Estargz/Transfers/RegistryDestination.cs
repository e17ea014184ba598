using Estargz.Images;
using Estargz.Registries;

namespace Estargz.Transfers;

/// <summary>A repository of a registry.</summary>
/// <param name="registry">The registry, which this closes.</param>
/// <param name="repository">The repository.</param>
/// <param name="known">What other repositories of the registry have, or null.</param>
internal sealed class RegistryDestination(Registry registry, string repository, KnownBlobs? known) : IDestination
{
    private readonly HashSet<string> _mounted = new(StringComparer.Ordinal);

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
    public async Task PushBlobAsync(Descriptor blob, Func<Stream> open, string? mountFrom, CancellationToken cancellationToken)
    {
        // What was mounted and is asked for again is not there after all, and mounting it again would not help.
        var from = WasMounted(blob) ? null : mountFrom ?? known?.Find(blob);
        var pushed = await registry.PushBlobAsync(repository, blob, open, from, cancellationToken).ConfigureAwait(false);
        if (pushed == PushedBlob.Mounted)
        {
            lock (_mounted)
            {
                _mounted.Add(blob.Digest.ToString());
            }
        }

        if (pushed == PushedBlob.Uploaded || known?.Find(blob) is null)
        {
            known?.Add(blob, repository);
        }
    }

    /// <inheritdoc/>
    public Task<bool> PushManifestAsync(Content manifest, CancellationToken cancellationToken) =>
        PushAsync(manifest, manifest.Digest.ToString(), new Reference(registry.Host, repository, null, manifest.Digest), cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> PushArtifactAsync(Artifact artifact, Func<Stream> open, CancellationToken cancellationToken)
    {
        await registry.PushArtifactAsync(repository, artifact, open, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async Task<bool> TagAsync(Content manifest, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        bool moved = false;
        for (int i = 0; i < tags.Count; i++)
        {
            try
            {
                moved |= await PushAsync(manifest, tags[i], new Reference(registry.Host, repository, tags[i], null), cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (i > 0 && e is EstargzException or OperationCanceledException)
            {
                // One tag after the other, and there is no way back: who pulls what was moved gets the new image.
                throw new EstargzException(
                    (e as EstargzException)?.Code ?? DiagnosticCode.Canceled,
                    $"{string.Join(", ", tags.Take(i))} of {registry.Host}/{repository} {(i > 1 ? "are" : "is")} the new image already, {string.Join(", ", tags.Skip(i))} {(i < tags.Count - 1 ? "are" : "is")} not: {(e is EstargzException ? e.Message : "the publish was canceled.")}",
                    e);
            }
        }

        return moved;
    }

    private bool WasMounted(Descriptor blob)
    {
        lock (_mounted)
        {
            return _mounted.Contains(blob.Digest.ToString());
        }
    }

    /// <summary>
    /// A manifest that is there is not sent again: some registries let nobody write a tag twice, and others tell everyone of
    /// a push. That look is a favour: who may push need not be allowed to look.
    /// </summary>
    private async Task<bool> PushAsync(Content manifest, string name, Reference reference, CancellationToken cancellationToken)
    {
        try
        {
            if (await registry.FindManifestAsync(reference, cancellationToken).ConfigureAwait(false) is { } there && there.Digest == manifest.Digest)
            {
                return false;
            }
        }
        catch (EstargzException)
        {
            // If something is wrong, the push says so.
        }

        await registry.PushManifestAsync(repository, name, manifest, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        registry.Dispose();
        known?.Save();
        return ValueTask.CompletedTask;
    }
}
