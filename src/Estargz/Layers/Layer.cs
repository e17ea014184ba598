using System.Globalization;
using Estargz.Images;

namespace Estargz.Layers;

/// <summary>A finished layer, eStargz or zstd:chunked: all that an image has to say of it.</summary>
/// <param name="Digest">Digest of the blob, that is of the compressed bytes.</param>
/// <param name="Size">The size of the blob in bytes.</param>
/// <param name="DiffId">Digest of the whole decompressed blob, TOC included (OCI image spec, config.md, "rootfs").</param>
/// <param name="TocDigest">Digest of the TOC's JSON.</param>
/// <param name="UncompressedSize">The size of the whole decompressed blob in bytes.</param>
/// <param name="PrefetchSize">The bytes before the prefetch landmark; 0 where nothing is prefetched.</param>
public sealed record Layer(Digest Digest, long Size, Digest DiffId, Digest TocDigest, long UncompressedSize, long PrefetchSize)
{
    /// <summary>Where a zstd:chunked layer has its TOC; null in an eStargz layer.</summary>
    public ZstdChunkedIndex? ZstdChunked { get; init; }

    /// <summary>The layer as an image has it, with the annotations that make it lazy.</summary>
    /// <param name="ociTocAnnotation">Whether the proposed OCI name of the TOC's digest is added.</param>
    public ImageLayer ToImageLayer(bool ociTocAnnotation)
    {
        // Not those of eStargz, too: newer versions of containers/storage refuse a layer that has both.
        var descriptor = ZstdChunked?.Annotate(new Descriptor(MediaType.LayerZstd, Digest, Size))
            ?? new Descriptor(MediaType.LayerGzip, Digest, Size)
                .With(Annotation.TocDigest, TocDigest.ToString())
                .With(Annotation.UncompressedSize, UncompressedSize.ToString(CultureInfo.InvariantCulture));
        return new ImageLayer(ociTocAnnotation ? descriptor.With(Annotation.OciTocDigest, TocDigest.ToString()) : descriptor, DiffId);
    }
}
