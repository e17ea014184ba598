using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Estargz.Images;

/// <summary>
/// The artifacts that refer to an image: an index (OCI distribution spec, "Listing Referrers"), which the registry makes,
/// or which clients keep under a tag where the registry does not ("Referrers Tag Schema").
/// </summary>
public sealed class ReferrerList
{
    private readonly JsonObject _json;

    private ReferrerList(JsonObject json, ImmutableArray<(string? ArtifactType, Descriptor Manifest)> entries) => (_json, Entries) = (json, entries);

    /// <summary>A list of none.</summary>
    public static ReferrerList Empty { get; } = new([], []);

    /// <summary>The artifacts in the order of the list, each with its type where the list tells that.</summary>
    public ImmutableArray<(string? ArtifactType, Descriptor Manifest)> Entries { get; }

    /// <summary>The list as an index.</summary>
    public Content Content => new(MediaType.Index, Document.Write(_json));

    /// <summary>The tag that names the list of an image where the registry keeps none.</summary>
    public static string TagOf(Digest image) => $"{image.Algorithm}-{image.Hex}";

    /// <summary>Reads a list.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.ImageMalformed"/>.</exception>
    public static ReferrerList Parse(ReadOnlyMemory<byte> bytes, string from)
    {
        var root = Document.Parse(bytes.Span, from);
        return new ReferrerList(
            root.Object(), [.. root["manifests"].Items().Select(entry => (entry["artifactType"].TextOrNull(), Descriptor.Read(entry)))]);
    }

    /// <summary>This list with an artifact more; what is in it stays as it is, what is in it already is not added.</summary>
    public ReferrerList With(Artifact artifact)
    {
        var manifest = artifact.ToManifest().Descriptor;
        if (Entries.Any(entry => entry.Manifest.Digest == manifest.Digest))
        {
            return this;
        }

        var added = manifest.Write([]);
        added["artifactType"] = artifact.Type;
        var kept = (_json["manifests"] as JsonArray ?? []).Select(entry => entry!.DeepClone());
        return new ReferrerList(
            Document.Order(_json, ("schemaVersion", 2), ("mediaType", MediaType.Index), ("manifests", new JsonArray([.. kept, added]))),
            Entries.Add((artifact.Type, manifest)));
    }
}
