using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Win32.SafeHandles;

namespace Estargz.Layers;

/// <summary>A <see cref="Layer"/> as JSON, on this machine or where machines share layers.</summary>
internal sealed record CachedLayer(string Digest, long Size, string DiffId, string TocDigest, long UncompressedSize, long PrefetchSize, ZstdChunkedIndex? ZstdChunked)
{
    private const string From = "the layer cache";

    /// <summary>Digest of the rest: what a disk changed is not taken for true.</summary>
    [JsonRequired]
    public string Check { get; init; } = "";

    /// <summary>Writes one.</summary>
    public static byte[] ToJson(Layer layer)
    {
        var json = new CachedLayer(
            layer.Digest.ToString(), layer.Size, layer.DiffId.ToString(), layer.TocDigest.ToString(), layer.UncompressedSize, layer.PrefetchSize, layer.ZstdChunked);
        return JsonSerializer.SerializeToUtf8Bytes(json with { Check = json.Sum() }, CacheJson.Default.CachedLayer);
    }

    /// <summary>Reads one.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.ImageMalformed"/>: a digest of it is none.</exception>
    public static Layer Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, CacheJson.Default.CachedLayer) is { } layer && layer.Check == layer.Sum() ? layer.ToLayer() : throw new JsonException();

    /// <summary>Reads that of a file; null where there is none, or a damaged one, or no blob of the size that it says.</summary>
    /// <param name="path">The file.</param>
    /// <param name="blobOf">Where the blob of a layer is.</param>
    public static Layer? Find(string path, Func<Layer, string> blobOf) =>
        Read(path) is { } layer && new FileInfo(blobOf(layer)) is { Exists: true } blob && blob.Length == layer.Size ? layer : null;

    /// <summary>Opens the blob of a layer; null if it is gone or damaged. Reads it once.</summary>
    public static SafeFileHandle? OpenIntact(string path, Layer layer)
    {
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            using var bytes = file.OpenRead();
            if (layer.Digest.Matches(SHA256.HashData(bytes)))
            {
                return file;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone since it was found.
        }

        file?.Dispose();
        return null;
    }

    private static Layer? Read(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or EstargzException)
        {
            return null;
        }
    }

    private string Sum() =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this with { Check = "" }, CacheJson.Default.CachedLayer)));

    private Layer ToLayer() => new(
        Images.Digest.Parse(Digest, From), Size, Images.Digest.Parse(DiffId, From), Images.Digest.Parse(TocDigest, From), UncompressedSize, PrefetchSize)
    { ZstdChunked = ZstdChunked };
}

[JsonSerializable(typeof(CachedLayer))]
internal sealed partial class CacheJson : JsonSerializerContext;
