using Estargz.Images;
using Estargz.Layers;
using Estargz.Profiles;
using Estargz.Transfers;

namespace Estargz.Tool;

/// <summary>What is in the layers of an image.</summary>
internal static class LayerContents
{
    /// <summary>From the TOC of each layer alone.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.NotEstargz"/>: a layer has none; a code of 3xxx or 4xxx.</exception>
    public static Task<Toc[]> ReadTocsAsync(ImageSource source, PlatformImage image, CancellationToken cancellationToken) =>
        Task.WhenAll(image.Layers.Select(async (layer, i) =>
            (await source.ReadTocAsync(layer.Descriptor, cancellationToken) ?? throw new EstargzException(
                DiagnosticCode.NotEstargz,
                $"Layer {i + 1} ({layer.Descriptor.Digest}) of {source.Name} is not eStargz, so it does not say what is in it. Check an image that Estargz has published.")).Toc));

    /// <summary>From the TOC where a layer has one; other layers are fetched and read whole.</summary>
    /// <exception cref="EstargzException">A code of 3xxx, 4xxx or 5xxx.</exception>
    public static async Task<Toc[]> ReadAsync(ImageSource source, PlatformImage image, CancellationToken cancellationToken)
    {
        var layers = new List<Toc>();
        foreach (var layer in image.Layers)
        {
            var index = LayerFormat.CanBeLazy(layer.Descriptor) ? await source.ReadTocAsync(layer.Descriptor, cancellationToken) : null;
            layers.Add(index?.Toc ?? await UnpackAsync(source, layer.Descriptor, cancellationToken));
        }

        return [.. layers];
    }

    /// <summary>One over the other.</summary>
    public static ImageTree Tree(IEnumerable<Toc> layers) => ImageTree.Build(layers.Select(layer => TreeEntries.Of(layer.Entries)));

    private static async Task<Toc> UnpackAsync(ImageSource source, Descriptor layer, CancellationToken cancellationToken)
    {
        using var blob = await source.OpenLayerAsync(layer, cancellationToken);
        using var unpacked = await SourceLayer.OpenAsync(blob, layer.MediaType, Path.GetTempPath(), cancellationToken);
        return unpacked.Describe().Toc;
    }
}
