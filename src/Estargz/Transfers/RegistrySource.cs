using Estargz.Images;
using Estargz.Layers;
using Estargz.Registries;

namespace Estargz.Transfers;

/// <summary>An image in a registry.</summary>
/// <param name="registry">The registry, which this closes.</param>
/// <param name="reference">The image there.</param>
/// <param name="temporaryFolder">Where layers are kept as long as they are read.</param>
internal sealed class RegistrySource(Registry registry, Reference reference, string temporaryFolder) : ImageSource
{
    /// <summary>The largest configuration that is read, in bytes.</summary>
    private const int MaxConfig = 4 << 20;

    /// <inheritdoc/>
    public override string Name => reference.ToString();

    /// <inheritdoc/>
    public override Task<Content> GetRootAsync(CancellationToken cancellationToken) => registry.GetManifestAsync(reference, cancellationToken);

    /// <inheritdoc/>
    public override async Task<Content> GetManifestAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        var content = await registry.GetManifestAsync(reference with { Tag = null, Digest = descriptor.Digest }, cancellationToken).ConfigureAwait(false);
        return content.Bytes.Length == descriptor.Size ? content : throw new EstargzException(
            DiagnosticCode.DigestMismatch, $"The manifest {descriptor.Digest} of {Name} has another size than the index says. Push the image again.");
    }

    /// <inheritdoc/>
    public override Task<Content> GetConfigAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        registry.GetBlobAsync(reference.Repository, descriptor, MaxConfig, cancellationToken);

    /// <inheritdoc/>
    public override async Task<FileStream> OpenLayerAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        var file = TemporaryFile.Create(temporaryFolder);
        try
        {
            await registry.DownloadBlobAsync(reference.Repository, descriptor, file.Stream, cancellationToken).ConfigureAwait(false);
            file.Stream.Position = 0;
            return file.Stream;
        }
        catch (Exception e)
        {
            file.Dispose();
            throw e is IOException
                ? new EstargzException(DiagnosticCode.CacheUnusable, $"A layer of {Name} cannot be kept in '{temporaryFolder}': {e.Message}", e)
                : e;
        }
    }

    /// <inheritdoc/>
    public override Task<LayerReader?> ReadTocAsync(Descriptor descriptor, CancellationToken cancellationToken) => LayerReader.OpenAsync(
        descriptor.Size,
        async (offset, count, token) => await registry.ReadBlobRangeAsync(reference.Repository, descriptor, offset, count, token).ConfigureAwait(false),
        cancellationToken);

    /// <inheritdoc/>
    public override void Dispose() => registry.Dispose();

    /// <inheritdoc/>
    internal override string? MountableBy(IDestination destination) => destination.CanMountFrom(registry.Host) ? reference.Repository : null;
}
