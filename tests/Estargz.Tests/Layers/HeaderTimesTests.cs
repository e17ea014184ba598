using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

/// <summary>
/// Headers of a source stay byte for byte, and containers/storage refuses a zstd:chunked layer whose table has other times
/// than its headers. What is expected is what Go's reader makes of them.
/// </summary>
public sealed class HeaderTimesTests
{
    private static LayerOptions Zstd { get; } = new(Compressor.ZstdChunked(3), 4, new WorkerPool(2));

    [Theory]
    [InlineData("mtime=1350244992", "2012-10-14T20:03:12Z - -")]
    [InlineData("mtime=1350244992.023960108", "2012-10-14T20:03:12.023960108Z - -")]
    [InlineData("mtime=1350244992.5000", "2012-10-14T20:03:12.5Z - -")]
    [InlineData("mtime=1350244992.0000000009", "2012-10-14T20:03:12Z - -")]
    [InlineData("mtime=1350244992.99999999999999999999999999999999", "2012-10-14T20:03:12.999999999Z - -")]
    [InlineData("mtime=1350244992.", "2012-10-14T20:03:12Z - -")]
    [InlineData("mtime=-1.5", "1969-12-31T23:59:58.5Z - -")]
    [InlineData("mtime=-0.25", "1969-12-31T23:59:59.75Z - -")]
    [InlineData("atime=1350244991.1 ctime=0", "1970-01-01T00:00:01Z 2012-10-14T20:03:11.1Z 1970-01-01T00:00:00Z")]
    [InlineData("atime= ctime=x", "1970-01-01T00:00:01Z - -")]
    [InlineData("mtime=1e9", null)]
    [InlineData("mtime=99999999999999 atime=99999999999999.5", "- - -")]
    public void Records_are_exact(string records, string? times) =>
        Assert.Equal(times, Read(new TarBuilder().Pax(records.Split(' ')).Add("a", time: "00000000001").Ended));

    [Theory]
    [InlineData(345, "ustar  \0", "", "1970-01-01T00:00:00Z 1970-01-01T00:00:10Z 1970-01-01T00:00:11Z")]
    [InlineData(476, "ustar\0" + "00", "tar\0", "1970-01-01T00:00:00Z 1970-01-01T00:00:10Z 1970-01-01T00:00:11Z")]
    [InlineData(476, "ustar\0" + "00", "", "1970-01-01T00:00:00Z - -")]
    [InlineData(345, "", "", "1970-01-01T00:00:00Z - -")]
    public void Older_headers_have_whole_seconds(int offset, string magic, string trailer, string times) =>
        Assert.Equal(times, Read(new TarBuilder().Add("a", change: block => Put(block, offset, magic, trailer)).Ended));

    [Fact]
    public async Task A_table_has_the_times_of_the_headers_and_the_headers_are_those_of_the_source()
    {
        var tar = Source();

        var layer = await ConvertAsync(tar, ["d/second"], Zstd);

        using var unpacked = new MemoryStream();
        new ZstdSharp.DecompressionStream(new MemoryStream(layer.Blob)).CopyTo(unpacked);
        var headers = ConvertedTar.Split(unpacked.ToArray()).ToDictionary(entry => entry.Name, entry => entry.Headers);
        Assert.All(ConvertedTar.Split(tar), entry => Assert.Equal(entry.Headers, headers[entry.Name]));
        Assert.Equal(
            [
                "d/ 2001-09-09T01:46:40.25Z 2001-09-09T01:46:41Z -", "d/second 2001-09-09T01:46:40Z - 2001-09-09T01:46:40.5Z", ".prefetch.landmark - - -",
                "first 1970-01-01T00:00:00Z - -", "d/empty 2001-09-09T01:46:39.9Z - -", "gnu 1970-01-01T00:00:00Z 1970-01-01T00:00:10Z 1970-01-01T00:00:11Z",
                "hard 1970-01-01T00:00:00Z 1970-01-01T00:00:01Z -",
            ],
            (await TocAsync(layer.Blob)).Where(entry => !entry.IsChunk).Select(entry => $"{entry.Name} {Show(entry.Modified, entry.Accessed, entry.Changed)}"));
        Assert.Empty((await LayerVerifier.VerifyAsync(new MemoryStream(layer.Blob), default)).Findings);
    }

    [Fact]
    public async Task A_header_of_our_own_has_whole_seconds()
    {
        var layer = await ConvertAsync(
            new TarBuilder().Add("l", '2', link: "d").Pax("mtime=1000000000.5", "atime=1").Add("l/renamed", content: "x").Ended, options: Zstd);

        Assert.Contains("d/renamed 2001-09-09T01:46:41Z - -", (await TocAsync(layer.Blob)).Select(entry => $"{entry.Name} {Show(entry.Modified, entry.Accessed, entry.Changed)}"));
        Assert.Empty((await LayerVerifier.VerifyAsync(new MemoryStream(layer.Blob), default)).Findings);
    }

    [Fact]
    public async Task EStargz_knows_whole_seconds_only()
    {
        var layer = await ConvertAsync(Source(), ["d/second"]);

        Assert.DoesNotContain("accesstime", layer.TocJson, StringComparison.Ordinal);
        Assert.DoesNotContain("changetime", layer.TocJson, StringComparison.Ordinal);
        Assert.All(layer.Toc, entry => Assert.DoesNotContain('.', entry.TryGetProperty("modtime", out var time) ? time.GetString()! : ""));
        await layer.AssertValidAsync();
    }

    [Fact]
    public async Task A_layer_of_the_systems_own_writer_keeps_its_times()
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "a", [new("atime", "1000000000.1234567"), new("ctime", "1000000001")]) { ModificationTime = DateTimeOffset.UnixEpoch.AddTicks(12_345_678) });
        }

        var toc = await TocAsync((await ConvertAsync(tar.ToArray(), options: Zstd)).Blob);

        Assert.Equal("1970-01-01T00:00:01.2345678Z 2001-09-09T01:46:40.1234567Z 2001-09-09T01:46:41Z", Show(toc[^1].Modified, toc[^1].Accessed, toc[^1].Changed));
    }

    [Theory]
    [InlineData("modtime", "2001-09-09T01:46:40.25Z")]
    [InlineData("accesstime", "2001-09-09T01:46:41Z")]
    public async Task A_table_with_another_time_is_found(string field, string time)
    {
        var layer = await ConvertAsync(Source(), options: Zstd);
        var position = layer.Layer.ZstdChunked!.ManifestPosition.Split(':').Select(int.Parse).ToArray();
        var json = JsonNode.Parse(Unzstd(layer.Blob[position[0]..(position[0] + position[1])]))!;
        var entry = json["entries"]!.AsArray().Single(entry => (string)entry!["name"]! == "d/")!;
        Assert.Equal(time, (string)entry[field]!);
        entry[field] = "2001-09-09T01:46:42Z";
        byte[] end = End(json.ToJsonString());

        var report = await LayerVerifier.VerifyAsync(new MemoryStream([.. layer.Blob[..(position[0] - 8)], .. end]), default);

        Assert.Contains($"'d/': {field} is '2001-09-09T01:46:42Z' in the table of contents and '{time}' in the tar.", report.Findings);

        byte[] End(string toc)
        {
            using var zstd = new ZstdSharp.Compressor();
            var packed = zstd.Wrap(Encoding.UTF8.GetBytes(toc)).ToArray();
            var footer = new ZstdFooter(position[0], packed.Length, Encoding.UTF8.GetByteCount(toc)).Encode();
            return [.. Skippable(packed), .. Skippable(footer)];
        }
    }

    private static byte[] Source() => new TarBuilder()
        .Pax("mtime=1000000000.25", "atime=1000000001").Add("d/", '5')
        .Add("first", content: "one chunk after the other")
        .Pax("mtime=999999999.9").Add("d/empty")
        .Pax("mtime=1000000000", "ctime=1000000000.5").Add("d/second", content: "several chunks")
        .Add("gnu", content: "x", change: block => Put(block, 345, "ustar  \0", ""))
        .Pax("atime=1").Add("hard", '1', link: "first").Ended;

    private static void Put(byte[] block, int offset, string magic, string trailer)
    {
        Encoding.ASCII.GetBytes("00000000012\0" + "00000000013\0").CopyTo(block, offset);
        block.AsSpan(257, 8).Clear();
        Encoding.ASCII.GetBytes(magic).CopyTo(block, 257);
        Encoding.ASCII.GetBytes(trailer).CopyTo(block, 508);
    }

    private static byte[] Skippable(byte[] data) => [0x50, 0x2a, 0x4d, 0x18, .. BitConverter.GetBytes(data.Length), .. data];

    private static byte[] Unzstd(byte[] frame)
    {
        using var zstd = new ZstdSharp.Decompressor();
        return zstd.Unwrap(frame).ToArray();
    }

    private static string? Read(byte[] tar)
    {
        var reader = new TarReader(new MemoryStream(tar), (_, length) => new LayerReader.Unread(length));
        try
        {
            reader.Read();
        }
        catch (EstargzException)
        {
            return null;
        }

        return Show(reader.Times.Modified, reader.Times.Accessed, reader.Times.Changed);
    }

    private static string Show(params string?[] times) => string.Join(' ', times.Select(time => time ?? "-"));

    private static async Task<IReadOnlyList<TocEntry>> TocAsync(byte[] blob) => (await LayerReader.OpenAsync(new MemoryStream(blob), default))!.Toc.Entries;
}
