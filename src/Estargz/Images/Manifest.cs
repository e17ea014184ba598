using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Estargz.Images;

/// <summary>
/// An image manifest (OCI image spec, manifest.md; or Docker schema 2): a reading of its <see cref="Content"/>. Fields
/// that this type does not know stay in the content, through every change.
/// </summary>
public sealed class Manifest
{
    /// <summary>How many layers a manifest may have. Overlay file systems end at 500 or less.</summary>
    public const int MaxLayers = 1000;

    private readonly JsonObject _json;

    private Manifest(Content content, string from)
    {
        var root = Document.Parse(content.Bytes.Span, from);
        CheckType(root, content, MediaType.IsManifest, "manifests", "fsLayers");
        Content = content;
        _json = root.Object();
        Config = Descriptor.Read(root["config"]);
        Layers = [.. root["layers"].Items().Take(MaxLayers + 1).Select(Descriptor.Read)];
        Annotations = root["annotations"].TextMembers();
        if (root["layers"].IsMissing)
        {
            throw root["layers"].Malformed("is missing");
        }

        if (Layers.Length > MaxLayers)
        {
            throw root["layers"].Malformed($"lists more than {MaxLayers} layers");
        }
    }

    /// <summary>The exact bytes: those that were read, or after a change those that are sent.</summary>
    public Content Content { get; }

    /// <summary>The descriptor of the configuration.</summary>
    public Descriptor Config { get; }

    /// <summary>The descriptors of the layers, the lowest first.</summary>
    public ImmutableArray<Descriptor> Layers { get; }

    /// <summary>The annotations of the manifest itself.</summary>
    public ImmutableSortedDictionary<string, string> Annotations { get; }

    /// <summary>Reads a manifest. The caller has limited the number of bytes and checked their digest.</summary>
    /// <param name="content">The bytes, with the media type under which they were served.</param>
    /// <param name="from">What this is, for messages: <c>the manifest of docker.io/library/nginx:latest</c>.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.ImageMalformed"/>.</exception>
    public static Manifest Parse(Content content, string from) => new(content, from);

    /// <summary>
    /// The OCI manifest with this configuration and these layers. Order of its members: schemaVersion, mediaType,
    /// config, layers, then the rest as it came, with these annotations more.
    /// </summary>
    public Manifest With(Descriptor config, IEnumerable<Descriptor> layers, ImmutableSortedDictionary<string, string> annotations)
    {
        JsonObject[] earlier = [.. _json["layers"]!.AsArray().Select(layer => layer!.AsObject())];
        var json = Document.Order(
            _json,
            ("schemaVersion", 2),
            ("mediaType", MediaType.Manifest),
            ("config", config.Write([_json["config"]!.AsObject()])),
            ("layers", Document.Of(layers.Select(layer => (JsonNode?)layer.Write(earlier)))));
        if (!annotations.IsEmpty)
        {
            json["annotations"] = Document.Of(Annotations.SetItems(annotations));
        }

        return new Manifest(new Content(MediaType.Manifest, Document.Write(json)), "the new manifest");
    }

    /// <summary>
    /// Checks that a document is what it was served as, and cannot be taken for anything else (CVE-2021-41190: one
    /// document that is a manifest to one client and an index to another).
    /// </summary>
    internal static void CheckType(Field root, Content content, Func<string, bool> expected, params ReadOnlySpan<string> foreign)
    {
        if (root["schemaVersion"].Number() is var version and not 2)
        {
            throw root["schemaVersion"].Malformed($"is {version}; only 2 is supported");
        }

        var mediaType = root["mediaType"].TextOrNull() ?? content.MediaType;
        if (mediaType != content.MediaType)
        {
            throw root["mediaType"].Malformed($"is {Excerpt.Of(mediaType)}, but it came as {Excerpt.Of(content.MediaType)}");
        }

        if (!expected(mediaType))
        {
            throw root["mediaType"].Malformed(MediaType.IsIndex(mediaType)
                ? "is that of an index inside an index, which is not supported" : $"is {Excerpt.Of(mediaType)}, which is no image");
        }

        foreach (var name in foreign)
        {
            if (root.Object().ContainsKey(name))
            {
                throw root[name].Malformed($"does not belong into {Excerpt.Of(mediaType)}");
            }
        }
    }
}
