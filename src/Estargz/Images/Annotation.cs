namespace Estargz.Images;

/// <summary>The names of annotations that are read or written here.</summary>
public static class Annotation
{
    /// <summary>
    /// On a layer: the digest of its TOC's JSON. A lazy client mounts the layer only with it (eStargz spec,
    /// "Content verification").
    /// </summary>
    public const string TocDigest = "containerd.io/snapshot/stargz/toc.digest";

    /// <summary>On a layer: the number of bytes of its tar, in decimal. Podman and CRI-O need it for lazy pulling.</summary>
    public const string UncompressedSize = "io.containers.estargz.uncompressed-size";

    /// <summary>On a layer: the digest of its TOC, under the name proposed for the OCI image spec.</summary>
    public const string OciTocDigest = "org.opencontainers.image.toc.digest";

    /// <summary>On a zstd:chunked layer: digest of its compressed TOC (containers/storage, pkg/chunked).</summary>
    public const string ZstdChunkedManifestChecksum = "io.github.containers.zstd-chunked.manifest-checksum";

    /// <summary>On a zstd:chunked layer: offset, compressed size, size and type of its TOC.</summary>
    public const string ZstdChunkedManifestPosition = "io.github.containers.zstd-chunked.manifest-position";

    /// <summary>On a zstd:chunked layer: offset, compressed size and size of its tar-split data.</summary>
    public const string ZstdChunkedTarSplitPosition = "io.github.containers.zstd-chunked.tarsplit-position";

    /// <summary>The name of <see cref="ZstdChunkedManifestChecksum"/> for Podman 4.3 and older.</summary>
    public const string ZstdChunkedManifestChecksumBefore = "io.containers.zstd-chunked.manifest-checksum";

    /// <summary>The name of <see cref="ZstdChunkedManifestPosition"/> for Podman 4.3 and older.</summary>
    public const string ZstdChunkedManifestPositionBefore = "io.containers.zstd-chunked.manifest-position";

    /// <summary>On an entry of an OCI layout's index: its tag (OCI image spec, annotations.md).</summary>
    public const string RefName = "org.opencontainers.image.ref.name";

    /// <summary>On an entry of an OCI layout's index: the whole name that containerd and Docker import the image under.</summary>
    public const string ContainerdName = "io.containerd.image.name";

    /// <summary>What the names of the standard annotations begin with, which are labels, too (OCI image spec, annotations.md).</summary>
    public const string Standard = "org.opencontainers.image.";

    /// <summary>The name of a file that a blob was made of, without a folder (OCI image spec, annotations.md).</summary>
    public const string Title = "org.opencontainers.image.title";

    /// <summary>The name of the base image (OCI image spec, annotations.md). The SDK writes it as a label.</summary>
    public const string BaseName = "org.opencontainers.image.base.name";

    /// <summary>The digest of the base image's manifest (OCI image spec, annotations.md). The SDK writes it as a label.</summary>
    public const string BaseDigest = "org.opencontainers.image.base.digest";

    /// <summary>When the image was made, RFC 3339 (OCI image spec, annotations.md). The SDK writes it as a label.</summary>
    public const string Created = "org.opencontainers.image.created";

    /// <summary>When the artifact was made, RFC 3339. The SDK writes it as a label.</summary>
    public const string ArtifactCreated = "org.opencontainers.artifact.created";

    /// <summary>On an entry of an index: it is not an image but a document about one, such as an attestation.</summary>
    public const string ReferenceType = "vnd.docker.reference.type";

    private static readonly string[] OfBytes =
    [
        "containerd.io/snapshot/",
        "containerd.io/uncompressed",
        "containerd.io/distribution.source.",
        "io.containers.estargz.",
        "io.containers.zstd-chunked.",
        "io.github.containers.zstd-chunked.",
        OciTocDigest,
    ];

    /// <summary>
    /// Whether an annotation of a layer speaks of its compressed bytes, so that it is false for the same files packed
    /// anew. Worse than false: containers/storage rejects a layer that has a zstd:chunked and an eStargz TOC.
    /// </summary>
    public static bool DescribesBytes(string name) =>
        OfBytes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
