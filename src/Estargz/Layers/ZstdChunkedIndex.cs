using Estargz.Images;

namespace Estargz.Layers;

/// <summary>Where a zstd:chunked layer has what containers/storage reads of it, as its annotations say.</summary>
/// <param name="ManifestChecksum">Digest of the compressed TOC, which is called manifest there.</param>
/// <param name="ManifestPosition">Offset in the blob, compressed size, size of the JSON, all in bytes, and the type 1, with <c>:</c> between.</param>
/// <param name="TarSplitPosition">Offset in the blob, compressed size and size of the tar-split data in bytes, with <c>:</c> between.</param>
public sealed record ZstdChunkedIndex(string ManifestChecksum, string ManifestPosition, string TarSplitPosition)
{
    /// <summary>The descriptor with these annotations.</summary>
    internal Descriptor Annotate(Descriptor layer) => layer
        .With(Annotation.ZstdChunkedManifestChecksumBefore, ManifestChecksum)
        .With(Annotation.ZstdChunkedManifestPositionBefore, ManifestPosition)
        .With(Annotation.ZstdChunkedManifestChecksum, ManifestChecksum)
        .With(Annotation.ZstdChunkedManifestPosition, ManifestPosition)
        .With(Annotation.ZstdChunkedTarSplitPosition, TarSplitPosition);
}
