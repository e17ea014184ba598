namespace Estargz.Images;

/// <summary>A layer as an image has it: the blob, and the digest of the tar inside.</summary>
/// <param name="Descriptor">The blob, with its annotations.</param>
/// <param name="DiffId">The digest of the uncompressed tar.</param>
public sealed record ImageLayer(Descriptor Descriptor, Digest DiffId)
{
    /// <summary>What made it, for the history.</summary>
    public string? CreatedBy { get; init; }
}
