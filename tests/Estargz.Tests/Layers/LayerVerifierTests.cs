using System.Text;
using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

public class LayerVerifierTests
{
    private static async Task<IReadOnlyList<string>> VerifyAsync(params Entry[] entries) =>
        (await LayerVerifier.VerifyAsync(new MemoryStream((await WriteAsync(entries, Options())).Blob), default)).Findings;

    [Fact]
    public async Task One_landmark_is_right_and_any_other_number_is_wrong()
    {
        var (yes, no) = (Landmark.Create(prefetch: true), Landmark.Create(prefetch: false));
        Assert.Empty(await VerifyAsync(Some.File("f", "x"), yes));
        Assert.Contains("2 landmarks", Assert.Single(await VerifyAsync(Some.File("f", "x"), yes, no)), StringComparison.Ordinal);
        Assert.Contains("0 landmarks", Assert.Single(await VerifyAsync(Some.File("f", "x"))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".prefetch.landmark", "x")]
    [InlineData(".prefetch.landmark", "\x0f\x0f")]
    [InlineData(".prefetch.landmark", "")]
    [InlineData("./.prefetch.landmark", "\x0f")]
    [InlineData("/.no.prefetch.landmark", "\x0f")]
    [InlineData("d/.prefetch.landmark", "\x0f")]
    public async Task A_landmark_with_another_name_or_content_is_none(string name, string content) =>
        Assert.NotEmpty(await VerifyAsync(Some.File(name, content)));

    [Fact]
    public async Task Names_that_are_there_twice_are_found() =>
        Assert.Contains("twice", Assert.Single(await VerifyAsync(Landmark.Create(false), Some.File("a"), Some.File("./a"))), StringComparison.Ordinal);

    [Fact]
    public async Task Hard_links_before_their_target_are_found() =>
        Assert.Contains("hard link", Assert.Single(await VerifyAsync(Landmark.Create(false), Some.Link("l", "f", EntryType.HardLink), Some.File("f"))), StringComparison.Ordinal);

    [Fact]
    public async Task A_sparse_file_is_found_and_not_read_past()
    {
        var tar = new TarBuilder().Pax("GNU.sparse.map=0,4", "GNU.sparse.size=4000").Add("sparse", content: "data").Add("after", content: "x").Unended;
        var json = Encoding.ASCII.GetBytes("""{"version":1,"entries":[{"name":"sparse","type":"reg","size":4000,"mode":420},{"name":"after","type":"reg","size":1,"mode":420}]}""");
        byte[] first = LayerDamageTests.Member(tar);
        byte[] toc = LayerDamageTests.Member(new TarBuilder().Add(Toc.EntryName, content: Encoding.ASCII.GetString(json)).Ended);
        var report = await LayerVerifier.VerifyAsync(new MemoryStream([.. first, .. toc, .. Footer.Create(first.Length)]), default);
        Assert.Contains(report.Findings, f => f.Contains("sparse file", StringComparison.Ordinal));
        Assert.Contains(report.Findings, f => f.StartsWith("'after'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_range_to_prefetch_ends_at_the_landmark()
    {
        var layer = await ConvertAsync(new TarBuilder().Add("a", content: "1").Add("b", content: "2").Ended, ["b"]);
        var report = await layer.AssertValidAsync();
        Assert.Equal(layer.Layer.PrefetchSize, report.Index!.PrefetchSize);
        Assert.Equal(Number(layer.Toc[1], "offset"), report.Index.PrefetchSize);
        Assert.Equal("2"u8.ToArray(), Gunzip(layer.Blob[..(int)report.Index.PrefetchSize])[^1024..][..1]);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 0)]
    public async Task Options_that_would_never_end_are_refused(int workers, int chunkSize) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => WriteAsync([], Options(chunkSize, workers)));
}
