using System.Text;
using System.Text.Json;
using Estargz.Images;
using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

public class ZstdChunkedTests
{
    private static LayerOptions Zstd { get; } = new(Compressor.ZstdChunked(3), 40_000, new WorkerPool(2));

    /// <summary>Files of one chunk and of several, empty ones, links, and one of 512 bytes, which has no padding.</summary>
    private static IReadOnlyList<Entry> Entries { get; } = LayerOrder.Arrange(
        [
            Some.Folder("d/"), Some.File("d/empty"), .. Enumerable.Range(0, 20).Select(i => Some.File($"d/{i}", Some.Bytes(1 + (i * 97), i))), Some.File("d/large", Some.Bytes(150_000)),
            Some.File("d/block", Some.Bytes(512)), Some.Link("d/link", "1"), Some.Link("d/hard", "d/3", EntryType.HardLink), Some.File("d/ünï <&>", "x"),
        ],
        ["d/7", "d/8"]);

    [Fact]
    public async Task It_is_valid_and_a_tar_without_a_table_of_contents()
    {
        var layer = await WriteAsync(Entries, Zstd);
        var gzip = await WriteAsync(Entries, Options(40_000));

        var report = await VerifyAsync(layer.Blob);

        Assert.Empty(report.Findings);
        Assert.Equal((layer.Layer.Digest, layer.Layer.DiffId, layer.Layer.TocDigest), (report.Digest, report.DiffId, report.Index!.TocDigest));
        Assert.Equal((layer.Layer.Size, layer.Layer.UncompressedSize), (report.Size, report.UncompressedSize));
        Assert.Equal(layer.Layer.PrefetchSize, report.Index.PrefetchSize);
        Assert.InRange(report.Index.PrefetchSize, 100, 2000);
        Assert.Equal(22 + 4 + 1, report.Chunks);
        byte[] tar = [.. Gunzip(gzip.Blob[..(int)gzip.TocOffset]), .. new byte[1024]];
        Assert.Equal(Sha256(tar), layer.Layer.DiffId.ToString());
    }

    [Fact]
    public async Task Zstd_and_tar_read_it()
    {
        using var folder = new ScratchFolder();
        folder.Write("layer.zst", (await WriteAsync(Entries, Zstd)).Blob);
        var names = Shell.Run(folder.Path, "zstd -q -t layer.zst; zstd -q -dc layer.zst | tar tf -").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Entries.Count, names.Length);
    }

    [Fact]
    public async Task The_manifest_says_where_everything_is()
    {
        var layer = await WriteAsync(Entries, Zstd);
        var descriptor = layer.Layer.ToImageLayer(ociTocAnnotation: false).Descriptor;

        Assert.Equal(MediaType.LayerZstd, descriptor.MediaType);
        Assert.Equal(
            [
                Annotation.ZstdChunkedManifestChecksumBefore, Annotation.ZstdChunkedManifestPositionBefore,
                Annotation.ZstdChunkedManifestChecksum, Annotation.ZstdChunkedManifestPosition, Annotation.ZstdChunkedTarSplitPosition,
            ],
            descriptor.Annotations.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(descriptor.Annotations[Annotation.ZstdChunkedManifestPosition], descriptor.Annotations[Annotation.ZstdChunkedManifestPositionBefore]);
        Assert.Equal(descriptor.Annotations[Annotation.ZstdChunkedManifestChecksum], descriptor.Annotations[Annotation.ZstdChunkedManifestChecksumBefore]);
        var manifest = Frame(layer, descriptor.Annotations[Annotation.ZstdChunkedManifestPosition], out var frame);
        Assert.Equal(Sha256(frame), descriptor.Annotations[Annotation.ZstdChunkedManifestChecksum]);
        Assert.Equal(Sha256(manifest), layer.Layer.TocDigest.ToString());
        Frame(layer, descriptor.Annotations[Annotation.ZstdChunkedTarSplitPosition], out var split);
        Assert.Equal(Sha256(split), JsonDocument.Parse(manifest).RootElement.GetProperty("tarSplitDigest").GetString());
    }

    [Fact]
    public async Task Tar_split_and_files_make_the_tar_again()
    {
        var layer = await WriteAsync(Entries, Zstd);
        var tar = new MemoryStream();
        int position = 0;
        foreach (var line in Encoding.UTF8.GetString(Frame(layer, layer.Layer.ZstdChunked!.TarSplitPosition, out _)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var entry = JsonDocument.Parse(line).RootElement;
            Assert.Equal(position++, entry.GetProperty("position").GetInt32());
            tar.Write(entry.GetProperty("type").GetInt32() == 2 ? entry.GetProperty("payload").GetBytesFromBase64() : Content(entry));
        }

        Assert.Equal(layer.Layer.DiffId.ToString(), Sha256(tar.ToArray()));

        static byte[] Content(JsonElement entry)
        {
            var file = Entries.Single(e => e.Name == entry.GetProperty("name").GetString());
            var content = new byte[file.Size];
            file.Content.Read(0, content);
            Assert.Equal(file.Size, Number(entry, "size"));
            Assert.Equal(file.Size == 0, entry.GetProperty("payload").ValueKind == JsonValueKind.Null);
            return content;
        }
    }

    [Theory]
    [InlineData("123456789", "b90956c775a41001")]
    [InlineData("", "0000000000000000")]
    public void Checksums_are_those_of_ISO_3309(string text, string checksum)
    {
        var crc = new Crc64();
        foreach (byte value in Encoding.ASCII.GetBytes(text))
        {
            crc.Append([value]);
        }

        Assert.Equal(checksum, Convert.ToHexStringLower(crc.Finish()));
        crc.Append(Encoding.ASCII.GetBytes(text));
        Assert.Equal(checksum, Convert.ToHexStringLower(crc.Finish()));
    }

    [Fact]
    public async Task Any_number_of_workers_gives_the_same_bytes()
    {
        var one = await WriteAsync(Entries, Zstd with { Workers = new WorkerPool(1) });
        Assert.Equal(one.Blob, (await WriteAsync(Entries, Zstd with { Workers = new WorkerPool(8) })).Blob);
        Assert.Equal(one.Blob, (await WriteAsync(Entries, Zstd with { Compressor = Compressor.ZstdChunked(3) })).Blob);
    }

    [Fact]
    public async Task Every_damaged_or_missing_byte_is_found()
    {
        var layer = await WriteAsync(LayerOrder.Arrange([Some.File("a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), Some.File("b", Some.Bytes(100))], ["b"]), Zstd);
        Assert.Empty((await VerifyAsync(layer.Blob)).Findings);
        for (int i = 0; i < layer.Blob.Length; i++)
        {
            var blob = layer.Blob.ToArray();
            blob[i] ^= 0x10;
            var report = await VerifyAsync(blob);

            // What changes nothing that is read (a bit of a header that has no meaning, say), the blob's digest tells.
            Assert.True(report.Findings.Count > 0 || report.Index is null || report.DiffId == layer.Layer.DiffId, $"byte {i}");
            Assert.NotEqual(layer.Layer.Digest, report.Digest);
        }

        for (int length = 0; length < layer.Blob.Length; length++)
        {
            var report = await VerifyAsync(layer.Blob[..length]);
            Assert.True(report.Findings.Count > 0 || report.Index is null, $"{length} bytes");
        }
    }

    [Fact]
    public async Task It_can_be_converted()
    {
        var layer = await WriteAsync(Entries, Zstd);
        using var folder = new ScratchFolder();
        using var source = await SourceLayer.OpenAsync(new MemoryStream(layer.Blob), MediaType.LayerZstd, folder.Path, default);
        Assert.Equal(layer.Layer.DiffId, source.DiffId);
        Assert.Equal(Entries.Where(entry => !Landmark.IsReserved(entry.Name)).Select(entry => entry.Name), LayerOrder.Arrange(source.Entries, []).Skip(1).Select(entry => entry.Name));
    }

    [Fact]
    public async Task The_cache_keeps_where_its_table_is()
    {
        using var folder = new ScratchFolder();
        var cache = new LayerCache(folder.Path);
        var layer = await cache.AddAsync("key", blob => LayerWriter.WriteAsync(Entries, Zstd, blob, default));
        Assert.NotNull(layer.ZstdChunked);
        Assert.Equal(layer, cache.Find("key"));
    }

    [Theory]
    [InlineData(40, "GnUlInUx", true)]
    [InlineData(64, "GNUlInUx", true)]
    [InlineData(40, "GNUlInUx", false)]
    [InlineData(64, "GnUlInUx", false)]
    public void Both_footers_are_read(int size, string magic, bool valid)
    {
        var tail = new byte[200];
        new byte[] { 1, 2 }.CopyTo(tail, 200 - size);
        tail[200 - size + 8] = 3;
        tail[200 - size + 16] = 4;
        tail[200 - size + 24] = 1;
        Encoding.ASCII.GetBytes(magic).CopyTo(tail, 192);
        Assert.Equal(valid ? new ZstdFooter(513, 3, 4, size) : null, ZstdFooter.Parse(tail));
    }

    [Theory]
    [InlineData(0, 10, 100)]
    [InlineData(long.MaxValue, 10, 100)]
    [InlineData(8, long.MaxValue, 100)]
    [InlineData(8, 0, 100)]
    [InlineData(8, 10, long.MaxValue)]
    [InlineData(8, 10, -1)]
    [InlineData(8, 10_000, 100)]
    public async Task A_lying_footer_is_refused(long offset, long length, long json)
    {
        byte[] blob = [.. new byte[1000], .. new ZstdFooter(offset, length, json).Encode()];
        var e = await Assert.ThrowsAsync<EstargzException>(() => LayerReader.OpenAsync(new MemoryStream(blob), default));
        Assert.Equal(DiagnosticCode.NotEstargz, e.Code);
    }

    private static Task<LayerReport> VerifyAsync(byte[] blob) => LayerVerifier.VerifyAsync(new MemoryStream(blob), default);

    private static byte[] Frame(BuiltLayer layer, string position, out byte[] frame)
    {
        var numbers = position.Split(':').Select(int.Parse).ToArray();
        frame = layer.Blob[numbers[0]..(numbers[0] + numbers[1])];
        Assert.Equal([0x50, 0x2a, 0x4d, 0x18, .. BitConverter.GetBytes(numbers[1])], layer.Blob[(numbers[0] - 8)..numbers[0]]);
        using var zstd = new ZstdSharp.DecompressionStream(new MemoryStream(frame));
        var content = new MemoryStream();
        zstd.CopyTo(content);
        Assert.Equal(numbers[2], content.Length);
        return content.ToArray();
    }
}
