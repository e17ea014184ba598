using System.Text;
using System.Text.Json.Nodes;
using Estargz.Images;
using Estargz.Testing;

namespace Estargz.Tool.Tests;

/// <summary>An image in memory, on its way to a registry or a folder.</summary>
internal sealed class TestImage
{
    /// <summary>Puts layers together.</summary>
    public TestImage(string architecture, params TestLayer[] layers)
    {
        Layers = layers;
        Config = new Content(MediaType.Config, Bytes(new JsonObject
        {
            ["architecture"] = architecture,
            ["os"] = "linux",
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray([.. layers.Select(layer => (JsonNode?)layer.Image.DiffId.ToString())]) },
        }));
        Manifest = new Content(MediaType.Manifest, Bytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaType.Manifest,
            ["config"] = Json(Config.Descriptor),
            ["layers"] = new JsonArray([.. layers.Select(layer => (JsonNode?)Json(layer.Image.Descriptor))]),
        }));
    }

    public IReadOnlyList<TestLayer> Layers { get; }

    public Content Config { get; }

    public Content Manifest { get; }

    /// <summary>All blobs: layers and configuration.</summary>
    public IEnumerable<byte[]> Blobs => Layers.Select(layer => layer.Blob).Append(Config.Bytes.ToArray());

    /// <summary>Stores images under one tag; more than one as an index.</summary>
    public static string Store(TestRegistry registry, string repository, params TestImage[] images)
    {
        foreach (var image in images)
        {
            foreach (var blob in image.Blobs)
            {
                registry.Storage.AddBlob(repository, blob);
            }

            registry.Storage.AddManifest(repository, MediaType.Manifest, image.Manifest.Bytes.ToArray(), images.Length == 1 ? "1" : null);
        }

        if (images.Length > 1)
        {
            registry.Storage.AddManifest(repository, MediaType.Index, Bytes(Index(images)), "1");
        }

        return $"{registry.Host}/{repository}:1";
    }

    /// <summary>Writes the image as an OCI layout.</summary>
    public void WriteTo(string folder, string tag)
    {
        var blobs = Directory.CreateDirectory(Path.Combine(folder, "blobs", "sha256")).FullName;
        foreach (var bytes in Blobs.Append(Manifest.Bytes.ToArray()))
        {
            File.WriteAllBytes(Path.Combine(blobs, Digest.OfBytes(bytes).Hex), bytes);
        }

        File.WriteAllText(Path.Combine(folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        File.WriteAllBytes(Path.Combine(folder, "index.json"), Bytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["manifests"] = new JsonArray(Json(Manifest.Descriptor.With(Annotation.RefName, tag))),
        }));
    }

    private static JsonObject Index(TestImage[] images) => new()
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = MediaType.Index,
        ["manifests"] = new JsonArray([.. images.Select(image =>
        {
            var entry = Json(image.Manifest.Descriptor);
            entry["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = JsonNode.Parse(image.Config.Bytes.Span)!["architecture"]!.DeepClone() };
            return (JsonNode?)entry;
        })]),
    };

    private static JsonObject Json(Descriptor descriptor)
    {
        var json = new JsonObject { ["mediaType"] = descriptor.MediaType, ["digest"] = descriptor.Digest.ToString(), ["size"] = descriptor.Size };
        if (!descriptor.Annotations.IsEmpty)
        {
            json["annotations"] = new JsonObject(descriptor.Annotations.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value)));
        }

        return json;
    }

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}
