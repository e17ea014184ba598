using System.Text;
using Estargz.Images;

namespace Estargz.Tests.Registries;

/// <summary>Blobs and manifests to push and pull.</summary>
internal static class Sample
{
    /// <summary>Bytes that are the same every time.</summary>
    public static byte[] Bytes(int size, int seed = 1)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static Descriptor Describe(byte[] bytes, string mediaType = MediaType.LayerGzip) => new(mediaType, Digest.OfBytes(bytes), bytes.Length);

    /// <summary>A manifest over blobs.</summary>
    public static Content Manifest(Descriptor config, params Descriptor[] layers) => new(MediaType.Manifest, Encoding.UTF8.GetBytes(
        $$"""{"schemaVersion":2,"mediaType":"{{MediaType.Manifest}}","config":{{Json(config)}},"layers":[{{string.Join(',', layers.Select(Json))}}]}"""));

    /// <summary>A manifest that needs no blobs in a registry that does not check.</summary>
    public static Content Index() => new(MediaType.Index, Encoding.UTF8.GetBytes(
        $$"""{"schemaVersion":2,"mediaType":"{{MediaType.Index}}","manifests":[]}"""));

    private static string Json(Descriptor descriptor) =>
        $$"""{"mediaType":"{{descriptor.MediaType}}","digest":"{{descriptor.Digest}}","size":{{descriptor.Size}}}""";
}
