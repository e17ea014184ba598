using Estargz.Images;
using Estargz.Layers;

namespace Estargz.Transfers;

/// <summary>An image in a folder.</summary>
/// <param name="text"><c>DIR</c> or <c>DIR:TAG</c>.</param>
internal sealed class LayoutSource(string text) : ImageSource
{
    private readonly OciLayout _layout = OciLayout.Open(text);

    /// <inheritdoc/>
    public override string Name => text;

    /// <inheritdoc/>
    public override Task<Content> GetRootAsync(CancellationToken cancellationToken) => Task.FromResult(_layout.ReadContent(_layout.Resolve()));

    /// <inheritdoc/>
    public override Task<Content> GetManifestAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        Task.FromResult(_layout.ReadContent(descriptor));

    /// <inheritdoc/>
    public override Task<Content> GetConfigAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        Task.FromResult(_layout.ReadContent(descriptor));

    /// <inheritdoc/>
    public override async Task<FileStream> OpenLayerAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        var blob = _layout.OpenBlob(descriptor);
        try
        {
            bool isIntact = await descriptor.Digest.MatchesAsync(blob, cancellationToken).ConfigureAwait(false);
            blob.Position = 0;
            return isIntact ? blob : throw new EstargzException(
                DiagnosticCode.DigestMismatch, $"The blob {descriptor.Digest} in {Name} is not what its digest says. Copy the image there again.");
        }
        catch
        {
            await blob.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public override async Task<LayerReader?> ReadTocAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        using var blob = _layout.OpenBlob(descriptor);
        return await LayerReader.OpenAsync(blob, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        // Nothing stays open between two reads.
    }

    /// <inheritdoc/>
    internal override string? MountableBy(IDestination destination) => null;
}
