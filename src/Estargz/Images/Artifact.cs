using System.Text.Json.Nodes;

namespace Estargz.Images;

/// <summary>
/// Something in a registry that is no image: one blob, and a manifest that says what it is (OCI image spec, manifest.md,
/// "Guidelines for Artifact Usage"), perhaps of which image. The same content gives the same digest: there is no time in it.
/// </summary>
/// <param name="Type">The artifact type, a media type.</param>
/// <param name="Blob">The blob, with its annotations.</param>
public sealed record Artifact(string Type, Descriptor Blob)
{
    /// <summary>The configuration of every artifact: none.</summary>
    public static Content Config { get; } = new("application/vnd.oci.empty.v1+json", "{}"u8.ToArray());

    /// <summary>The image that this is about, or null.</summary>
    public Descriptor? Subject { get; init; }

    /// <summary>The manifest.</summary>
    public Content ToManifest()
    {
        var json = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaType.Manifest,
            ["artifactType"] = Type,
            ["config"] = Config.Descriptor.Write([]),
            ["layers"] = new JsonArray(Blob.Write([])),
        };
        if (Subject is not null)
        {
            json["subject"] = (Subject with { Annotations = Subject.Annotations.Clear() }).Write([]);
        }

        return new Content(MediaType.Manifest, Document.Write(json));
    }

    /// <summary>The blob of an artifact.</summary>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="from">What this is, for messages.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.ImageMalformed"/>: it has not one blob.</exception>
    public static Descriptor BlobOf(Content manifest, string from) => Manifest.Parse(manifest, from).Layers is [var blob]
        ? blob
        : throw new EstargzException(DiagnosticCode.ImageMalformed, $"The artifact {from} has not one blob. Something else than Estargz made it.");
}
