using System.Text;
using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

/// <summary>A complete layer, every byte but the compressed ones derived by hand from the format.</summary>
public class GoldenLayerTests
{
    private const string Empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private const string LandmarkDigest = "sha256:dc0e9c3658a1a3ed1ec94274d8b19925c93e1abb7ddba294923ad9bde30f8cb8";

    private static byte[] Source { get; } = new TarBuilder()
        .Add("app/", '5', mode: "0000755", time: TarBuilder.Octal(1700000000, 11))
        .Add("app/a.dll", content: "0123456789", uid: "0001750")
        .Add("app/b.dll", content: "bbbb", mode: "0104755", time: "00000000001")
        .Add("app/empty")
        .Add("app/ln", '2', link: "a.dll", mode: "0000777")
        .Add("app/hl", '1', link: "app/a.dll")
        .Add("app/.wh.old")
        .Ended;

    private static byte[] Header(string name) => Source.AsSpan(Offset(name), 512).ToArray();

    private static int Offset(string name) => Enumerable.Range(0, Source.Length / 512).Select(i => i * 512)
        .First(i => Encoding.ASCII.GetString(Source, i, 100).TrimEnd('\0') == name);

    private static byte[] LandmarkHeader(string name) => new TarBuilder().Add(name, mode: "0000000", content: "\x0f").Unended[..512];

    [Fact]
    public async Task Members_hold_chunks_and_the_headers_between_them()
    {
        var layer = await ConvertAsync(Source, ["app/b.dll"]);
        var toc = layer.Toc;
        var offsets = toc.Select(e => (int)Number(e, "offset")).Where(o => o > 0).Append((int)layer.TocOffset).ToArray();
        byte[][] expected =
        [
            [.. Header("app/"), .. Header("app/b.dll")],
            [.. "bbbb"u8, .. new byte[508], .. LandmarkHeader(".prefetch.landmark")],
            [0x0f, .. new byte[511], .. Header("app/a.dll")],
            [.. "0123"u8],
            [.. "4567"u8],
            [.. "89"u8, .. new byte[502], .. Header("app/empty"), .. Header("app/ln"), .. Header("app/hl"), .. Header("app/.wh.old")],
        ];
        int[] starts = [0, .. offsets];
        Assert.Equal(expected.Length + 1, starts.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            AssertMember(expected[i], layer.Blob[starts[i]..starts[i + 1]]);
        }

        var json = Encoding.UTF8.GetBytes(layer.TocJson);
        var tocHeader = new TarBuilder().Add("stargz.index.json", mode: "0000000", size: TarBuilder.Octal(json.Length, 11)).Unended;
        AssertMember([.. tocHeader, .. json, .. new byte[-json.Length & 511], .. new byte[1024]], layer.Blob[(int)layer.TocOffset..^51]);
        Assert.Equal(Footer.Create(layer.TocOffset), layer.Blob[^51..]);
        Assert.Equal(offsets[1], layer.Layer.PrefetchSize);
        await layer.AssertValidAsync();
    }

    [Fact]
    public async Task Table_of_contents_follows_the_field_rules()
    {
        var layer = await ConvertAsync(Source, ["app/b.dll"]);
        var o = layer.Toc.Select(e => Number(e, "offset")).ToArray();
        string expected = "{\"version\":1,\"entries\":["
            + "{\"name\":\"app/\",\"type\":\"dir\",\"modtime\":\"2023-11-14T22:13:20Z\",\"mode\":493,\"uid\":0,\"gid\":0},"
            + $"{{\"name\":\"app/b.dll\",\"type\":\"reg\",\"size\":4,\"modtime\":\"1970-01-01T00:00:01Z\",\"mode\":35309,\"uid\":0,\"gid\":0,\"offset\":{o[1]},\"digest\":\"{Digest("bbbb")}\",\"chunkDigest\":\"{Digest("bbbb")}\"}},"
            + $"{{\"name\":\".prefetch.landmark\",\"type\":\"reg\",\"size\":1,\"mode\":0,\"uid\":0,\"gid\":0,\"offset\":{o[2]},\"digest\":\"{LandmarkDigest}\",\"chunkDigest\":\"{LandmarkDigest}\"}},"
            + $"{{\"name\":\"app/a.dll\",\"type\":\"reg\",\"size\":10,\"modtime\":\"1970-01-01T00:00:00Z\",\"mode\":420,\"uid\":1000,\"gid\":0,\"offset\":{o[3]},\"digest\":\"{Digest("0123456789")}\",\"chunkSize\":4,\"chunkDigest\":\"{Digest("0123")}\"}},"
            + $"{{\"name\":\"app/a.dll\",\"type\":\"chunk\",\"offset\":{o[4]},\"chunkOffset\":4,\"chunkSize\":4,\"chunkDigest\":\"{Digest("4567")}\"}},"
            + $"{{\"name\":\"app/a.dll\",\"type\":\"chunk\",\"offset\":{o[5]},\"chunkOffset\":8,\"chunkDigest\":\"{Digest("89")}\"}},"
            + $"{{\"name\":\"app/empty\",\"type\":\"reg\",\"modtime\":\"1970-01-01T00:00:00Z\",\"mode\":420,\"uid\":0,\"gid\":0,\"digest\":\"{Empty}\"}},"
            + "{\"name\":\"app/ln\",\"type\":\"symlink\",\"modtime\":\"1970-01-01T00:00:00Z\",\"linkName\":\"a.dll\",\"mode\":511,\"uid\":0,\"gid\":0},"
            + "{\"name\":\"app/hl\",\"type\":\"hardlink\",\"modtime\":\"1970-01-01T00:00:00Z\",\"linkName\":\"app/a.dll\",\"mode\":420,\"uid\":0,\"gid\":0},"
            + $"{{\"name\":\"app/.wh.old\",\"type\":\"reg\",\"modtime\":\"1970-01-01T00:00:00Z\",\"mode\":420,\"uid\":0,\"gid\":0,\"digest\":\"{Empty}\"}}"
            + "]}";
        Assert.Equal(expected, layer.TocJson);
    }

    [Fact]
    public async Task Without_anything_first_the_other_landmark_leads()
    {
        var layer = await ConvertAsync(Source);
        Assert.Equal(".no.prefetch.landmark", layer.Names[0]);
        Assert.Equal(LandmarkHeader(".no.prefetch.landmark"), layer.Tar[..512]);
        Assert.Equal(0, layer.Layer.PrefetchSize);
        Assert.Equal("0123456789"u8.ToArray(), layer.ReadFile("app/a.dll"));
    }

    private static string Digest(string content) => Sha256(Encoding.ASCII.GetBytes(content));

    /// <summary>One gzip member, not two: constant header, and the trailing size counts all of the content.</summary>
    private static void AssertMember(byte[] expected, byte[] member)
    {
        Assert.Equal("1f8b08000000000000ff", Convert.ToHexStringLower(member[..10]));
        Assert.Equal(expected, Gunzip(member));
        Assert.Equal((uint)expected.Length, BitConverter.ToUInt32(member, member.Length - 4));
    }
}
