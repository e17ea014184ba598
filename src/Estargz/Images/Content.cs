namespace Estargz.Images;

/// <summary>
/// The exact bytes of a manifest, an index or a configuration. What was digested is what is sent: nothing is ever
/// serialised again unless it changed.
/// </summary>
/// <param name="mediaType">The media type under which the bytes are stored.</param>
/// <param name="bytes">The bytes; nobody changes them.</param>
public sealed class Content(string mediaType, ReadOnlyMemory<byte> bytes)
{
    /// <summary>The media type under which the bytes are stored.</summary>
    public string MediaType => Descriptor.MediaType;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>Digest, size and media type of these bytes.</summary>
    public Descriptor Descriptor { get; } = new(mediaType, Images.Digest.OfBytes(bytes.Span), bytes.Length);

    /// <summary>The digest of these bytes.</summary>
    public Digest Digest => Descriptor.Digest;

    /// <summary>The bytes as a stream.</summary>
    public Stream OpenRead() => new MemoryStream(Bytes.ToArray(), writable: false);
}
