using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Estargz.Profiles;

namespace Estargz.Layers;

/// <summary>A layer in memory, taken apart without the code under test.</summary>
internal sealed record BuiltLayer(byte[] Blob, Layer Layer)
{
    /// <summary>The options of most tests: chunks so small that every file has several.</summary>
    public static LayerOptions Options(int chunkSize = 4, int workers = 1) => new(Compressor.Zlib(6), chunkSize, new WorkerPool(workers));

    public static async Task<BuiltLayer> WriteAsync(IReadOnlyList<Entry> entries, LayerOptions options)
    {
        var blob = new MemoryStream();
        var layer = await LayerWriter.WriteAsync(entries, options, blob, default);
        return new BuiltLayer(blob.ToArray(), layer);
    }

    /// <summary>Converts a tar archive (or a compressed one).</summary>
    public static async Task<BuiltLayer> ConvertAsync(byte[] tar, string[]? first = null, LayerOptions? options = null)
    {
        using var folder = new ScratchFolder();
        using var source = await SourceLayer.OpenAsync(new MemoryStream(tar), Images.MediaType.LayerGzip, folder.Path, default);
        var blob = new MemoryStream();
        return new BuiltLayer([], await source.ConvertAsync(new LayerPrefetch([.. first ?? []], [], 0), options ?? Options(), blob, default)) { Blob = blob.ToArray() };
    }

    /// <summary>Where the TOC is, as the last 51 bytes say: 16 hexadecimal digits at byte 16.</summary>
    public long TocOffset => Convert.ToInt64(Encoding.ASCII.GetString(Blob, Blob.Length - 51 + 16, 16), 16);

    /// <summary>The whole decompressed blob.</summary>
    public byte[] Tar => Gunzip(Blob);

    /// <summary>The TOC's JSON: what follows the first header of the TOC's member, without padding.</summary>
    public string TocJson
    {
        get
        {
            var member = Gunzip(Blob[(int)TocOffset..^51]);
            return Encoding.UTF8.GetString(member, 512, (int)Convert.ToInt64(Encoding.ASCII.GetString(member, 124, 11), 8));
        }
    }

    public JsonElement[] Toc => [.. JsonDocument.Parse(TocJson).RootElement.GetProperty("entries").EnumerateArray()];

    /// <summary>Names and types, in order.</summary>
    public string[] Names => [.. Toc.Select(e => e.GetProperty("name").GetString()!)];

    /// <summary>The content of a file as a lazy client gets it: chunk by chunk, each from its own member.</summary>
    public byte[] ReadFile(string name)
    {
        var content = new List<byte>();
        var entries = Toc.Where(e => e.GetProperty("name").GetString() == name).ToArray();
        long size = Number(entries[0], "size");
        for (int i = 0; i < entries.Length && size > 0; i++)
        {
            long length = i + 1 < entries.Length ? Number(entries[i + 1], "chunkOffset") - Number(entries[i], "chunkOffset") : size - Number(entries[i], "chunkOffset");
            int inner = (int)Number(entries[i], "innerOffset");
            var chunk = Gunzip(Blob[(int)Number(entries[i], "offset")..], inner + (int)length)[inner..];
            Assert.Equal(Sha256(chunk), entries[i].GetProperty("chunkDigest").GetString());
            content.AddRange(chunk);
        }

        Assert.Equal(Sha256([.. content]), entries[0].GetProperty("digest").GetString());
        return [.. content];
    }

    /// <summary>No finding of the verifier, and every number of the layer is that of the blob.</summary>
    public async Task<LayerReport> AssertValidAsync()
    {
        var report = await LayerVerifier.VerifyAsync(new MemoryStream(Blob), default);
        Assert.Empty(report.Findings);
        var tar = Tar;
        Assert.Equal(Sha256(Blob), Layer.Digest.ToString());
        Assert.Equal(Sha256(tar), Layer.DiffId.ToString());
        Assert.Equal(Sha256(Encoding.UTF8.GetBytes(TocJson)), Layer.TocDigest.ToString());
        Assert.Equal((Blob.Length, tar.Length), (Layer.Size, Layer.UncompressedSize));
        Assert.Equal((Layer.Digest, Layer.DiffId, Layer.TocDigest), (report.Digest, report.DiffId, report.Index!.TocDigest));
        return report;
    }

    public static string Sha256(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static long Number(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetInt64() : 0;

    public static byte[] Gunzip(byte[] bytes, int count = int.MaxValue)
    {
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        var content = new MemoryStream();
        var buffer = new byte[Math.Min(count, 1 << 16)];
        for (int read; (read = gzip.Read(buffer, 0, (int)Math.Min(buffer.Length, count - content.Length))) > 0;)
        {
            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }
}
