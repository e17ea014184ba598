using Estargz.Images;
using Estargz.Layers;

namespace Estargz.Tool;

/// <summary>What a layer is, in a word.</summary>
internal static class LayerFormat
{
    /// <summary>A seekable tar.gz.</summary>
    public const string Estargz = "estargz";

    /// <summary>A seekable tar.zst.</summary>
    public const string ZstdChunked = "zstd:chunked";

    /// <summary><c>estargz</c>, <c>zstd:chunked</c>, <c>gzip</c>, <c>zstd</c>, <c>tar</c>, or another layer's media type.</summary>
    public static string Of(Descriptor layer, LayerReader? index) => MediaType.ToOci(layer.MediaType) switch
    {
        MediaType.LayerGzip => index is null ? "gzip" : Estargz,
        MediaType.LayerZstd => index is null ? "zstd" : ZstdChunked,
        MediaType.LayerTar => "tar",
        _ => layer.MediaType,
    };

    /// <summary>Whether a layer can be eStargz or zstd:chunked at all.</summary>
    public static bool CanBeLazy(Descriptor layer) => MediaType.ToOci(layer.MediaType) is MediaType.LayerGzip or MediaType.LayerZstd;
}
