using Estargz.Images;
using Estargz.Layers;
using Estargz.Transfers;

namespace Estargz.Tool;

/// <summary>What a layer says of itself. Nothing is known of a layer that is not eStargz but its descriptor.</summary>
/// <param name="Digest">Digest of the blob.</param>
/// <param name="MediaType">Media type of the blob.</param>
/// <param name="Size">The size of the blob in bytes.</param>
/// <param name="Format">A word of <see cref="LayerFormat"/>.</param>
internal sealed record InspectedLayer(string Digest, string MediaType, long Size, string Format)
{
    /// <summary>Digest of the TOC's JSON; in a zstd:chunked layer, of the compressed JSON.</summary>
    public string? TocDigest { get; init; }

    /// <summary>The digest that the manifest gives for the TOC.</summary>
    public string? TocAnnotation { get; init; }

    /// <summary><c>prefetch</c>, <c>no-prefetch</c>, or null where there is no landmark.</summary>
    public string? Landmark { get; init; }

    /// <summary>The bytes before the prefetch landmark.</summary>
    public long? PrefetchSize { get; init; }

    /// <summary>Copies of what is read of large files; null where there are none.</summary>
    public HotPieces? HotPieces { get; init; }

    /// <summary>The number of tar entries, the landmark among them.</summary>
    public int? Entries { get; init; }

    /// <summary>The number of chunks.</summary>
    public int? Chunks { get; init; }

    /// <summary>The entries in the order of the tar, where they were asked for.</summary>
    public IReadOnlyList<InspectedEntry>? Toc { get; init; }

    /// <summary>Reads footer and TOC.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.NotEstargz"/>, or a code of 3xxx or 4xxx.</exception>
    public static async Task<InspectedLayer> ReadAsync(ImageSource source, Descriptor layer, bool toc, CancellationToken cancellationToken)
    {
        var index = LayerFormat.CanBeLazy(layer) ? await source.ReadTocAsync(layer, cancellationToken) : null;
        var inspected = new InspectedLayer(layer.Digest.ToString(), layer.MediaType, layer.Size, LayerFormat.Of(layer, index))
        {
            TocAnnotation = layer.Annotations.GetValueOrDefault(index?.ZstdChunked is null ? Annotation.TocDigest : Annotation.ZstdChunkedManifestChecksum),
        };
        if (index is null)
        {
            return inspected;
        }

        var entries = InspectedEntry.List(index.Toc);
        return inspected with
        {
            TocDigest = index.ZstdChunked?.ManifestChecksum ?? index.TocDigest.ToString(),
            Landmark = InspectedEntry.LandmarkOf(index.Toc) switch
            {
                Layers.Landmark.Prefetch => "prefetch",
                Layers.Landmark.NoPrefetch => "no-prefetch",
                _ => null,
            },
            PrefetchSize = index.PrefetchSize,
            HotPieces = index.HotPieces,
            Entries = entries.Count,
            Chunks = index.Toc.Entries.Count(entry => entry.HasData),
            Toc = toc ? entries : null,
        };
    }
}
