using Estargz.Images;
using Estargz.Layers;
using Estargz.Registries;

namespace Estargz.Tool;

/// <summary>An image in a registry.</summary>
internal sealed class RegistrySource(Reference reference) : ImageSource
{
    private readonly Registry _registry = new(reference.Registry, new RegistryOptions { Access = RegistryAccess.PullFromOutput, Warn = Terminal.Tell });

    /// <inheritdoc/>
    public override string Name => reference.ToString();

    /// <inheritdoc/>
    public override Task<Content> GetRootAsync(CancellationToken cancellationToken) => _registry.GetManifestAsync(reference, cancellationToken);

    /// <inheritdoc/>
    public override async Task<Content> GetManifestAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        var content = await _registry.GetManifestAsync(reference with { Tag = null, Digest = descriptor.Digest }, cancellationToken);
        return content.Bytes.Length == descriptor.Size && content.MediaType == descriptor.MediaType ? content : throw new EstargzException(
            DiagnosticCode.DigestMismatch,
            $"The manifest {descriptor.Digest} of {Name} has another size or media type than the index says. Push the image again.");
    }

    /// <inheritdoc/>
    public override async Task<Content> GetConfigAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        new(descriptor.MediaType, await _registry.GetBlobAsync(reference.Repository, descriptor, MaxConfig, cancellationToken));

    /// <inheritdoc/>
    public override async Task<Stream> OpenLayerAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        var file = TemporaryFile.Create(Path.GetTempPath());
        try
        {
            await _registry.DownloadBlobAsync(reference.Repository, descriptor, file.Stream, cancellationToken);
            file.Stream.Position = 0;
            return file.Stream;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override Task<LayerReader?> ReadTocAsync(Descriptor descriptor, CancellationToken cancellationToken) => LayerReader.OpenAsync(
        descriptor.Size,
        async (offset, count, token) => await _registry.ReadBlobRangeAsync(reference.Repository, descriptor, offset, count, token),
        cancellationToken);

    /// <inheritdoc/>
    public override void Dispose() => _registry.Dispose();
}
