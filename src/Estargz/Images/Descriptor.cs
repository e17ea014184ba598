using System.Collections.Immutable;

namespace Estargz.Images;

/// <summary>What a manifest says of a blob or of another manifest (OCI image spec, descriptor.md).</summary>
/// <param name="MediaType">The media type of the content.</param>
/// <param name="Digest">The digest of the content as it is stored: of the compressed bytes, for a layer.</param>
/// <param name="Size">The size of the content as it is stored, in bytes.</param>
public sealed record Descriptor(string MediaType, Digest Digest, long Size)
{
    /// <summary>Annotations, in the order of their keys, so that equal descriptors have equal bytes.</summary>
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>This descriptor with one annotation more.</summary>
    public Descriptor With(string annotation, string value) =>
        this with { Annotations = Annotations.SetItem(annotation, value) };
}
