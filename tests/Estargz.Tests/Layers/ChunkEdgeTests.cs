using Estargz.Profiles;
using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

public class ChunkEdgeTests
{
    private const int Chunk = LayerOptions.DefaultChunkSize;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(Chunk - 1, 1)]
    [InlineData(Chunk, 1)]
    [InlineData(Chunk + 1, 2)]
    [InlineData(9 << 20, 3)]
    public async Task File_of_this_size_has_so_many_chunks(int size, int chunks)
    {
        var content = Some.Bytes(size);
        var entries = LayerOrder.Arrange([Some.File("f", content), Some.File("g", "end")], []);
        var layer = await WriteAsync(entries, LayerOptions.Default with { Workers = new WorkerPool(2) });
        await layer.AssertValidAsync();
        Assert.Equal(content, layer.ReadFile("f"));
        Assert.Equal("end"u8.ToArray(), layer.ReadFile("g"));
        var own = layer.Toc.Where(e => e.GetProperty("name").GetString() == "f").ToArray();
        Assert.Equal(Math.Max(1, chunks), own.Length);
        Assert.Equal(chunks > 1, own[0].TryGetProperty("chunkSize", out _));
        Assert.False(own[^1].TryGetProperty("chunkSize", out _));
        Assert.Equal(chunks > 0, own[0].TryGetProperty("offset", out _));
    }

    [Fact]
    public async Task A_file_of_which_little_is_read_is_cut_around_that()
    {
        var content = Some.Bytes(100 * 4096);
        Assert.True(TouchedPages.TryParse("0-1,30-49,99", out var pages));
        var entries = LayerOrder.Arrange(
            [Some.File("f", content), Some.File("g", "end")], new LayerPrefetch(["g"], ["f"], 0) { Cut = [new CutFile("f", pages!)] });

        var layer = await WriteAsync(entries, Options(16 * 4096));

        await layer.AssertValidAsync();
        Assert.Equal(["g", ".prefetch.landmark", "f"], layer.Names.Distinct());
        Assert.Equal(content, layer.ReadFile("f"));
        Assert.Equal(
            [0, 2, 18, 30, 46, 50, 66, 82, 98, 99],
            layer.Toc.Where(e => e.GetProperty("name").GetString() == "f").Select(e => Number(e, "chunkOffset") / 4096));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    public async Task Small_chunks_of_any_size_give_the_content_back(int chunk)
    {
        for (int size = 0; size <= 4; size++)
        {
            var content = Some.Bytes((size * chunk) + (size % 2));
            var layer = await WriteAsync([Some.File("f", content), Landmark.Create(prefetch: false)], Options(chunk));
            await layer.AssertValidAsync();
            Assert.Equal(content, layer.ReadFile("f"));
        }
    }

    [Theory]
    [InlineData("file first", "f0 d l e0 f1")]
    [InlineData("empty file last", "f0 f1 e0")]
    [InlineData("folder last", "f0 f1 d")]
    [InlineData("many empty files", "e0 e1 e2 e3 e4 f0 e5 e6 e7")]
    [InlineData("only folders", "d d1 d2")]
    [InlineData("only one file", "f0")]
    [InlineData("nothing", "")]
    public async Task Layers_of_odd_entries_are_valid(string what, string names)
    {
        var entries = names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => n[0] switch
        {
            'f' => Some.File(n, what),
            'e' => Some.File(n),
            'l' => Some.Link(n, "f0"),
            _ => Some.Folder(n + "/"),
        }).ToArray();
        foreach (var all in new[] { [.. entries, Landmark.Create(prefetch: false)], LayerOrder.Arrange(entries, []), LayerOrder.Arrange(entries, ["f0"]) })
        {
            var layer = await WriteAsync(all, Options());
            await layer.AssertValidAsync();
            Assert.Equal(entries.Length + 1, layer.Names.Distinct().Count());
        }
    }

    [Fact]
    public async Task A_layer_without_any_entry_is_a_gzip_and_a_tar_with_an_empty_table()
    {
        var layer = await WriteAsync([], Options());
        Assert.Equal("{\"version\":1,\"entries\":[]}", layer.TocJson);
        var report = await LayerVerifier.VerifyAsync(new MemoryStream(layer.Blob), default);
        Assert.Equal("There are 0 landmarks; one tells a lazy client what to prefetch.", Assert.Single(report.Findings));
        Assert.Equal(512 + 512 + 1024, layer.Tar.Length);
    }

    [Theory]
    [InlineData(20_000, 10)]
    [InlineData(100_000, 0)]
    public async Task Many_entries_cost_no_more_than_they_hold(int count, int size)
    {
        var content = Some.Bytes(size);
        var entries = LayerOrder.Arrange([.. Enumerable.Range(0, count).Select(i => Some.File($"d/{i:x}", content))], []);
        var layer = await WriteAsync(entries, LayerOptions.Default with { Workers = new WorkerPool(2) });
        var report = await layer.AssertValidAsync();
        Assert.Equal(count + 1, report.Index!.Toc.Entries.Count);
        Assert.Equal(size > 0 ? count + 1 : 1, report.Chunks);
    }
}
