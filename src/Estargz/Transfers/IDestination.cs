using Estargz.Images;

namespace Estargz.Transfers;

/// <summary>Where an image goes: a registry, an archive or an OCI layout.</summary>
internal interface IDestination : IAsyncDisposable
{
    /// <summary>Whether blobs are taken one after the other, in the order of the layers; otherwise all at once.</summary>
    bool InOrder { get; }

    /// <summary>Fails now, before any work, if nothing can be put here.</summary>
    Task CheckAsync(CancellationToken cancellationToken);

    /// <summary>Whether a blob in this registry can be had without sending it.</summary>
    bool CanMountFrom(string registry);

    /// <summary>Whether a blob is here.</summary>
    Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken);

    /// <summary>Puts a blob here, unless it is here.</summary>
    /// <param name="blob">Size and digest of the bytes.</param>
    /// <param name="open">Opens the bytes, once for each try.</param>
    /// <param name="mountFrom">Where <see cref="CanMountFrom"/>: a repository that has the blob; or null.</param>
    /// <param name="cancellationToken">Stops.</param>
    Task PushBlobAsync(Descriptor blob, Func<Stream> open, string? mountFrom, CancellationToken cancellationToken);

    /// <summary>Puts a manifest here whose blobs are here, under its digest alone.</summary>
    /// <returns>Whether it was not here.</returns>
    Task<bool> PushManifestAsync(Content manifest, CancellationToken cancellationToken);

    /// <summary>Puts something here that refers to an image that is here.</summary>
    /// <param name="artifact">What refers to it.</param>
    /// <param name="open">Opens its blob, once for each try.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Whether that is possible here.</returns>
    Task<bool> PushArtifactAsync(Artifact artifact, Func<Stream> open, CancellationToken cancellationToken);

    /// <summary>
    /// Lets the tags name a manifest or index. This comes last: before it, nobody sees anything of the image.
    /// </summary>
    /// <returns>Whether a tag did not name it.</returns>
    Task<bool> TagAsync(Content manifest, IReadOnlyList<string> tags, CancellationToken cancellationToken);
}
