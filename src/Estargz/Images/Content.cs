namespace Estargz.Images;

/// <summary>
/// The exact bytes of a manifest, an index or a configuration. What was digested is what is sent: nothing is ever
/// serialised again unless it changed.
/// </summary>
/// <param name="MediaType">The media type under which the bytes are stored.</param>
/// <param name="Bytes">The bytes; nobody changes them.</param>
public sealed record Content(string MediaType, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Digest, size and media type of these bytes.</summary>
    public Descriptor Descriptor { get; } = new(MediaType, Images.Digest.OfBytes(Bytes.Span), Bytes.Length);

    /// <summary>The digest of these bytes.</summary>
    public Digest Digest => Descriptor.Digest;
}
