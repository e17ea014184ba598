using Estargz.Images;

namespace Estargz.Layers;

/// <summary>What ends a layer.</summary>
/// <param name="Content">The last bytes of the tar.</param>
/// <param name="Compressed">The last bytes of the blob.</param>
/// <param name="TocDigest">Digest of the TOC's JSON.</param>
internal sealed record LayerEnd(ReadOnlyMemory<byte> Content, ReadOnlyMemory<byte> Compressed, Digest TocDigest)
{
    /// <summary>Where a zstd:chunked layer has its TOC; null in an eStargz layer.</summary>
    public ZstdChunkedIndex? ZstdChunked { get; init; }
}
