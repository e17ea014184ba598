using System.Collections.Immutable;
using System.Text.Json.Nodes;

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

    /// <summary>
    /// This descriptor of a layer, with the annotations that the layer it replaces had; its own prevail. Where the bytes
    /// are not the same any more, those that speak of the bytes are left out.
    /// </summary>
    public Descriptor InPlaceOf(Descriptor origin)
    {
        var stale = origin.Annotations.Keys.Where(name => Digest != origin.Digest && Annotation.DescribesBytes(name));
        return this with { Annotations = origin.Annotations.RemoveRange(stale).SetItems(Annotations) };
    }

    /// <summary>Whether both say the same, annotations included.</summary>
    public bool Equals(Descriptor? other) =>
        other is not null && MediaType == other.MediaType && Digest == other.Digest && Size == other.Size
        && Annotations.SequenceEqual(other.Annotations);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MediaType, Digest, Size);

    /// <summary>Reads a descriptor.</summary>
    internal static Descriptor Read(Field json)
    {
        var size = json["size"].Number();
        return size < 0
            ? throw json["size"].Malformed("must not be negative")
            : new Descriptor(json["mediaType"].Text(), Digest.Parse(json["digest"].Text(), $"{json.Path} of {json.From}"), size)
            {
                Annotations = json["annotations"].TextMembers(),
            };
    }

    /// <summary>
    /// Writes this descriptor. What an earlier one of the same content says besides (<c>urls</c>, <c>data</c>,
    /// <c>platform</c>, …) is kept: it speaks of the content, so it goes with the digest.
    /// </summary>
    internal JsonObject Write(IEnumerable<JsonObject> earlier)
    {
        var text = Digest.ToString();
        return WriteOver(earlier.FirstOrDefault(json => json["digest"]!.GetValue<string>() == text) ?? []);
    }

    /// <summary>Writes this descriptor in the place of another one, of which the rest stays.</summary>
    internal JsonObject WriteOver(JsonObject earlier) => Document.Order(
        earlier,
        ("mediaType", MediaType),
        ("digest", Digest.ToString()),
        ("size", Size),
        ("annotations", Annotations.IsEmpty ? null : Document.Of(Annotations)));
}
