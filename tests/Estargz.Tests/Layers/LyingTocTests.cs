using System.Text;
using System.Text.Json.Nodes;
using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

/// <summary>A valid layer with another TOC: the verifier names each lie.</summary>
public class LyingTocTests
{
    private static readonly Task<BuiltLayer> s_layer = ConvertAsync(new TarBuilder()
        .Add("d/", '5').Pax("SCHILY.xattr.user.x=1").Add("d/a", content: "0123456789", time: "00000000007", uid: "0000001").Add("empty")
        .Add("s", '2', link: "d").Add("h", '1', link: "empty").Add("null", '3').Ended, ["d/a"]);

    /// <summary>The layer with its TOC changed, digest and footer in agreement.</summary>
    private static async Task<byte[]> WithTocAsync(Func<string, string> change)
    {
        var layer = await s_layer;
        var json = Encoding.UTF8.GetBytes(change(layer.TocJson));
        byte[] tar = [.. new TarBuilder().Add(Toc.EntryName, content: Encoding.Latin1.GetString(json)).Ended];
        return [.. layer.Blob[..(int)layer.TocOffset], .. LayerDamageTests.Member(tar), .. layer.Blob[^51..]];
    }

    private static async Task<IReadOnlyList<string>> VerifyAsync(Func<string, string> change) =>
        (await LayerVerifier.VerifyAsync(new MemoryStream(await WithTocAsync(change)), default)).Findings;

    private static Task<IReadOnlyList<string>> VerifyEntryAsync(string name, string type, Action<JsonObject> change) => VerifyAsync(json =>
    {
        var toc = JsonNode.Parse(json)!;
        change(toc["entries"]!.AsArray().First(e => (string)e!["name"]! == name && (string)e["type"]! == type)!.AsObject());
        return toc.ToJsonString();
    });

    [Fact]
    public async Task The_truth_has_no_finding() => Assert.Empty(await VerifyAsync(j => j));

    [Theory]
    [InlineData("d/", "dir", "name", "\"x/\"")]
    [InlineData("d/", "dir", "name", "\"d\"")]
    [InlineData("d/", "dir", "type", "\"reg\"")]
    [InlineData("d/", "dir", "size", "1")]
    [InlineData("d/", "dir", "offset", "1")]
    [InlineData("d/", "dir", "digest", "\"x\"")]
    [InlineData("d/", "dir", "linkName", "\"x\"")]
    [InlineData("d/", "dir", "chunkSize", "1")]
    [InlineData("d/", "dir", "chunkDigest", "\"x\"")]
    [InlineData("d/", "dir", "devMajor", "1")]
    [InlineData("d/a", "reg", "type", "\"hardlink\"")]
    [InlineData("d/a", "reg", "size", "11")]
    [InlineData("d/a", "reg", "size", "9")]
    [InlineData("d/a", "reg", "size", "0")]
    [InlineData("d/a", "reg", "size", "-1")]
    [InlineData("d/a", "reg", "mode", "493")]
    [InlineData("d/a", "reg", "mode", null)]
    [InlineData("d/a", "reg", "uid", "2")]
    [InlineData("d/a", "reg", "gid", "2")]
    [InlineData("d/a", "reg", "userName", "\"root\"")]
    [InlineData("d/a", "reg", "groupName", "\"root\"")]
    [InlineData("d/a", "reg", "modtime", "\"1970-01-01T00:00:08Z\"")]
    [InlineData("d/a", "reg", "modtime", null)]
    [InlineData("d/a", "reg", "xattrs", null)]
    [InlineData("d/a", "reg", "xattrs", "{\"user.x\":\"Mg==\"}")]
    [InlineData("d/a", "reg", "xattrs", "{\"user.x\":\"MQ==\",\"user.y\":\"MQ==\"}")]
    [InlineData("d/a", "reg", "digest", null)]
    [InlineData("d/a", "reg", "digest", "\"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"")]
    [InlineData("d/a", "reg", "chunkDigest", null)]
    [InlineData("d/a", "reg", "offset", "0")]
    [InlineData("d/a", "reg", "offset", "1")]
    [InlineData("d/a", "reg", "offset", "-1")]
    [InlineData("d/a", "reg", "innerOffset", "1")]
    [InlineData("d/a", "reg", "chunkOffset", "1")]
    [InlineData("d/a", "reg", "chunkSize", "3")]
    [InlineData("d/a", "reg", "chunkSize", "5")]
    [InlineData("d/a", "reg", "chunkSize", "-4")]
    [InlineData("d/a", "reg", "chunkSize", null)]
    [InlineData("d/a", "chunk", "name", "\"d/b\"")]
    [InlineData("d/a", "chunk", "type", "\"reg\"")]
    [InlineData("d/a", "chunk", "offset", "0")]
    [InlineData("d/a", "chunk", "chunkOffset", "5")]
    [InlineData("d/a", "chunk", "chunkOffset", "0")]
    [InlineData("d/a", "chunk", "chunkSize", "5")]
    [InlineData("d/a", "chunk", "chunkDigest", "\"sha256:00\"")]
    [InlineData("empty", "reg", "digest", null)]
    [InlineData("empty", "reg", "size", "1")]
    [InlineData("empty", "reg", "chunkDigest", "\"x\"")]
    [InlineData("s", "symlink", "linkName", "\"e\"")]
    [InlineData("s", "symlink", "linkName", null)]
    [InlineData("s", "symlink", "type", "\"hardlink\"")]
    [InlineData("h", "hardlink", "linkName", "\"d/a\"")]
    [InlineData("null", "char", "type", "\"block\"")]
    [InlineData("null", "char", "devMajor", "1")]
    [InlineData("null", "char", "devMinor", "3")]
    public async Task Each_field_that_lies_is_found(string name, string type, string field, string? json)
    {
        var findings = await VerifyEntryAsync(name, type, e =>
        {
            if (json is null)
            {
                Assert.True(e.Remove(field));
            }
            else
            {
                e[field] = JsonNode.Parse(json);
            }
        });
        Assert.NotEmpty(findings);
    }

    [Theory]
    [InlineData("remove")]
    [InlineData("repeat")]
    [InlineData("add")]
    [InlineData("reverse")]
    public async Task Entries_too_few_too_many_or_in_another_order_are_found(string what)
    {
        int count = (await s_layer).Toc.Length;
        for (int i = 0; i < count; i++)
        {
            Assert.NotEmpty(await VerifyAsync(json =>
            {
                var toc = JsonNode.Parse(json)!;
                var entries = toc["entries"]!.AsArray();
                var entry = entries[i]!;
                entries.RemoveAt(i);
                switch (what)
                {
                    case "repeat":
                        entries.Insert(i, entry.DeepClone());
                        entries.Insert(i, entry);
                        break;
                    case "add":
                        entries.Insert(i, new JsonObject { ["name"] = "x", ["type"] = "reg" });
                        entries.Insert(i, entry);
                        break;
                    case "reverse":
                        entries.Insert(i == 0 ? count - 1 : 0, entry);
                        break;
                }

                return toc.ToJsonString();
            }));
        }
    }

    [Theory]
    [InlineData("{\"version\":2,\"entries\":[]}")]
    [InlineData("{\"version\":1}")]
    [InlineData("{\"version\":1,\"entries\":null}")]
    [InlineData("{\"version\":1,\"entries\":[null]}")]
    [InlineData("{\"version\":1,\"version\":1,\"entries\":[]}")]
    [InlineData("{\"version\":1,\"entries\":[]}}")]
    [InlineData("{\"version\":1,\"entries\":{}}")]
    [InlineData("{\"version\":1,\"entries\":[{}]}")]
    [InlineData("{\"version\":1,\"entries\":[{\"type\":\"dir\"}]}")]
    [InlineData("{\"version\":1,\"entries\":[{\"name\":null,\"type\":\"dir\"}]}")]
    [InlineData("{\"version\":1,\"entries\":[{\"name\":\"a\",\"type\":null}]}")]
    [InlineData("{\"version\":1,\"entries\":[{\"name\":\"a\",\"name\":\"b\",\"type\":\"dir\"}]}")]
    [InlineData("{\"version\":1,\"entries\":[{\"name\":\"a\",\"type\":\"reg\",\"size\":NaN}]}")]
    [InlineData("{\"version\":1,\"entries\":[{\"name\":\"a\",\"type\":\"reg\",\"size\":1e400}]}")]
    [InlineData("{\"version\":1,\"entries\":[{\"name\":\"a\",\"type\":\"reg\",\"size\":99999999999999999999}]}")]
    [InlineData("{\"version\":1,\"entries\":[{\"name\":\"\\ud800\",\"type\":\"dir\"}]}")]
    [InlineData("{\"version\":1,\"entries\":[{\"name\":\"a\",\"type\":\"dir\",\"xattrs\":{\"\\udc00\":\"\"}}]}")]
    [InlineData("{\"version\":1,\"entries\":[{\"name\":\"a\",\"type\":\"dir\",\"xattrs\":{\"a\":\"%\"}}]}")]
    [InlineData("{\"version\":1,\"entries\":[{\"\\ud800\":1,\"name\":\"a\",\"type\":\"dir\"}]}")]
    [InlineData("\ufeff{\"version\":1,\"entries\":[]}")]
    [InlineData("null")]
    [InlineData("")]
    public void Json_that_is_no_table_of_contents_is_refused(string json) =>
        Assert.Equal("ESTARGZ3004", Assert.Throws<EstargzException>(() => Toc.Parse(Encoding.UTF8.GetBytes(json))).Code);

    [Fact]
    public void Json_that_is_deep_or_long_is_refused_at_once()
    {
        Assert.Throws<EstargzException>(() => Toc.Parse(Encoding.UTF8.GetBytes("{\"version\":1,\"x\":" + new string('[', 100_000))));
        Assert.Throws<EstargzException>(() => Toc.Parse(Encoding.UTF8.GetBytes("{\"version\":1,\"entries\":[" + string.Concat(Enumerable.Repeat("{},", 1_000_000)) + "{}]}")));
    }
}
