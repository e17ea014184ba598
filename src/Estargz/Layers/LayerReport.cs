using Estargz.Images;

namespace Estargz.Layers;

/// <summary>What a verifier found out about a blob.</summary>
public sealed record LayerReport
{
    /// <summary>More findings than this are not collected.</summary>
    public const int MaxFindings = 100;

    /// <summary>The digest of the blob.</summary>
    public required Digest Digest { get; init; }

    /// <summary>The size of the blob in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The digest of the decompressed blob; null where it cannot be decompressed.</summary>
    public Digest? DiffId { get; init; }

    /// <summary>The size of the decompressed blob in bytes.</summary>
    public long UncompressedSize { get; init; }

    /// <summary>Footer and TOC; null when the blob is an ordinary layer.</summary>
    public LayerReader? Index { get; init; }

    /// <summary>The number of chunks whose digest was checked.</summary>
    public int Chunks { get; init; }

    /// <summary>Everything that is wrong, one line each.</summary>
    public required IReadOnlyList<string> Findings { get; init; }
}
