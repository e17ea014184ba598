using System.Text.Json.Nodes;

namespace Estargz.Images;

/// <summary>One line of an index: a manifest, with the platform that its image runs on.</summary>
/// <param name="Descriptor">The descriptor of the manifest.</param>
/// <param name="Platform">The platform, or null where the index does not say.</param>
public sealed record IndexEntry(Descriptor Descriptor, Platform? Platform)
{
    /// <summary>
    /// Whether this is an image, not an attestation of one: BuildKit puts those into the index under the platform
    /// <c>unknown/unknown</c> or with an annotation that names the image.
    /// </summary>
    public bool IsImage =>
        Platform is not { IsUnknown: true } && !Descriptor.Annotations.ContainsKey(Annotation.ReferenceType);

    /// <summary>What the index said in its own words; what is not understood of it stays.</summary>
    internal JsonObject Said { get; init; } = [];

    /// <summary>Writes this entry: the descriptor, and what its image runs on.</summary>
    internal JsonNode Write()
    {
        var json = Descriptor.WriteOver(Said);

        // Embedded content would be that of another manifest.
        json.Remove("data");
        if (Platform is not null)
        {
            json["platform"] = Platform.Write(Said["platform"] as JsonObject ?? []);
        }

        return json;
    }
}
