using Estargz.Profiles;
using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

/// <summary>Layers whose small files share gzip members.</summary>
public class MemberGroupsTests
{
    private const int MinSize = 20_000;

    /// <summary>Small files of which some are read first, one of many chunks, and what has no content.</summary>
    private static IReadOnlyList<Entry> Entries { get; } = LayerOrder.Arrange(
        [Some.Folder("d/"), .. Enumerable.Range(0, 300).Select(i => Some.File($"d/{i}", Some.Bytes(i * 37 % 3000, i))), Some.File("d/large", Some.Bytes(150_000)), Some.Link("d/link", "1")],
        ["d/7", "d/8", "d/9"]);

    private static LayerOptions Grouped { get; } = Options(40_000) with { MinMemberSize = MinSize };

    [Fact]
    public async Task Every_file_is_found_and_the_tar_is_the_same()
    {
        var layer = await WriteAsync(Entries, Grouped);
        var alone = await WriteAsync(Entries, Options(40_000));

        await layer.AssertValidAsync();
        foreach (var entry in Entries.Where(entry => entry.Type == EntryType.File))
        {
            Assert.Equal(alone.ReadFile(entry.Name), layer.ReadFile(entry.Name));
        }

        Assert.InRange(Offsets(layer).Length, 300 * 1500 / MinSize / 2, 40);
        Assert.InRange(Offsets(alone).Length, 300, 310);
        Assert.True(layer.Blob.Length < alone.Blob.Length);
        Assert.Equal(Gunzip(alone.Blob[..(int)alone.TocOffset]), Gunzip(layer.Blob[..(int)layer.TocOffset]));
        Assert.DoesNotContain("innerOffset", alone.TocJson, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gzip_and_tar_read_it()
    {
        using var folder = new ScratchFolder();
        folder.Write("layer.tar.gz", (await WriteAsync(Entries, Grouped)).Blob);
        Assert.Equal(304, Shell.Run(folder.Path, "gzip -t layer.tar.gz; tar tzf layer.tar.gz").Split('\n').Count(name => name.StartsWith("d/", StringComparison.Ordinal)) + 1);
    }

    [Fact]
    public async Task No_member_lies_on_both_sides_of_the_landmark()
    {
        var layer = await WriteAsync(Entries, Grouped);
        var data = layer.Toc.Where(entry => Number(entry, "offset") > 0).ToArray();
        int landmark = Array.FindIndex(data, entry => entry.GetProperty("name").GetString() == Landmark.Prefetch);

        Assert.Equal(3, landmark);
        Assert.Equal(layer.Layer.PrefetchSize, Number(data[landmark], "offset"));
        Assert.Equal(0, Number(data[landmark], "innerOffset"));
        Assert.Single(data[..landmark].Select(entry => Number(entry, "offset")).Distinct());
        Assert.All(data[..landmark], entry => Assert.True(Number(entry, "offset") < layer.Layer.PrefetchSize));
        Assert.All(data[landmark..], entry => Assert.True(Number(entry, "offset") >= layer.Layer.PrefetchSize));
    }

    [Fact]
    public async Task A_chunk_as_large_as_a_member_has_its_own()
    {
        var layer = await WriteAsync(Entries, Grouped);
        var chunks = layer.Toc.Where(entry => entry.GetProperty("name").GetString() == "d/large").ToArray();
        Assert.Equal(4, chunks.Length);
        Assert.All(chunks, chunk => Assert.Equal(0, Number(chunk, "innerOffset")));
        Assert.All(chunks, chunk => Assert.Single(layer.Toc, entry => Number(entry, "offset") == Number(chunk, "offset")));
    }

    [Fact]
    public async Task Any_number_of_workers_gives_the_same_bytes()
    {
        var one = await WriteAsync(Entries, Grouped);
        foreach (int workers in new[] { 2, 3, 8 })
        {
            Assert.Equal(one.Blob, (await WriteAsync(Entries, Grouped with { Workers = new WorkerPool(workers) })).Blob);
        }
    }

    [Fact]
    public async Task Copies_and_cut_files_share_with_nobody()
    {
        Assert.True(TouchedPages.TryParse("0,9,20-21", out var pages));
        IReadOnlyList<Entry> files = [.. Enumerable.Range(0, 20).Select(i => Some.File($"{i}", Some.Bytes(1000, i))), Some.File("cut", Some.Bytes(30 * 4096, 1)), Some.File("hot", Some.Bytes(30 * 4096, 2))];
        var plan = new LayerPrefetch(["1", "2"], ["cut"], 0) { Cut = [new CutFile("cut", pages!)], Hot = [new HotFile("hot", pages!, 4 * 4096, 30 * 4096)] };
        var layer = await WriteAsync(LayerOrder.Arrange(files, plan), Grouped);

        await layer.AssertValidAsync();
        Assert.NotNull((await LayerReader.OpenAsync(new MemoryStream(layer.Blob), default))!.HotPieces);
        var chunks = layer.Toc.Where(entry => entry.GetProperty("name").GetString() is "cut" or "hot").ToArray();
        Assert.InRange(chunks.Length, 10, 20);
        Assert.All(chunks, chunk => Assert.Equal(0, Number(chunk, "innerOffset")));
        Assert.All(chunks, chunk => Assert.Single(layer.Toc, entry => Number(entry, "offset") == Number(chunk, "offset")));
        Assert.Contains(layer.Toc, entry => Number(entry, "innerOffset") > 0);
    }

    [Fact]
    public void Grouped_layers_have_another_key() => Assert.NotEqual(Grouped.Key, Options(40_000).Key);

    /// <summary>Where members with content begin.</summary>
    private static long[] Offsets(BuiltLayer layer) => [.. layer.Toc.Select(entry => Number(entry, "offset")).Where(offset => offset > 0).Distinct()];
}
