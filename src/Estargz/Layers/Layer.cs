using System.Globalization;
using Estargz.Images;

namespace Estargz.Layers;

/// <summary>A finished eStargz layer: all that an image has to say of it.</summary>
/// <param name="Digest">Digest of the blob, that is of the compressed bytes.</param>
/// <param name="Size">The size of the blob in bytes.</param>
/// <param name="DiffId">Digest of the whole decompressed blob, TOC included (OCI image spec, config.md, "rootfs").</param>
/// <param name="TocDigest">Digest of the TOC's JSON.</param>
/// <param name="UncompressedSize">The size of the whole decompressed blob in bytes.</param>
/// <param name="PrefetchSize">The bytes before the prefetch landmark; 0 where nothing is prefetched.</param>
public sealed record Layer(Digest Digest, long Size, Digest DiffId, Digest TocDigest, long UncompressedSize, long PrefetchSize)
{
    /// <summary>Where containerd's snapshotter looks for the TOC's digest; without it a layer is not lazy.</summary>
    public const string TocDigestAnnotation = "containerd.io/snapshot/stargz/toc.digest";

    /// <summary>Where Podman and CRI-O look for the size of the decompressed layer.</summary>
    public const string UncompressedSizeAnnotation = "io.containers.estargz.uncompressed-size";

    /// <summary>The name that was proposed to the OCI image spec for the TOC's digest.</summary>
    public const string OciTocDigestAnnotation = "org.opencontainers.image.toc.digest";

    /// <summary>The descriptor for a manifest, with its annotations.</summary>
    /// <param name="ociTocAnnotation">Whether the proposed OCI name of the TOC's digest is added.</param>
    public Descriptor ToDescriptor(bool ociTocAnnotation)
    {
        var descriptor = new Descriptor(MediaType.LayerGzip, Digest, Size)
            .With(TocDigestAnnotation, TocDigest.ToString())
            .With(UncompressedSizeAnnotation, UncompressedSize.ToString(CultureInfo.InvariantCulture));
        return ociTocAnnotation ? descriptor.With(OciTocDigestAnnotation, TocDigest.ToString()) : descriptor;
    }
}
