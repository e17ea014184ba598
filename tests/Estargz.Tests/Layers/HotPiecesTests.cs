using CsCheck;
using Estargz.Profiles;
using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

/// <summary>Copies of hot pieces, read as a client reads them: by the TOC's offsets; and as everybody else does: not at all.</summary>
public class HotPiecesTests
{
    private const int Page = TouchedPages.PageSize;

    private static HotFile Hot(string name, params PageRange[] pages) => new(name, TouchedPages.Of(pages)!, 0, 0);

    [Fact]
    public async Task A_file_is_read_from_its_copies_and_the_tar_does_not_show_them()
    {
        var content = Some.Bytes(100 * Page);
        Entry[] entries = [Some.File("a", "first"), Some.File("big", content), Some.File("z", "last")];
        var layer = await WriteAsync(LayerOrder.Arrange(entries, ["a"], [], [Hot("big", new PageRange(0, 20), new PageRange(50, 60))]), Options(1 << 20));
        var report = await layer.AssertValidAsync();
        Assert.Equal(["a", "z", ".prefetch.landmark", "big"], layer.Names.Distinct());
        Assert.Equal(content, layer.ReadFile("big"));
        var ordinary = await WriteAsync(LayerOrder.Arrange([entries[0], entries[2], entries[1]], ["a", "z"]), Options(1 << 20));
        Assert.Equal(WithoutToc(ordinary), WithoutToc(layer));

        var chunks = layer.Toc.Where(e => e.GetProperty("name").GetString() == "big").ToArray();
        long landmark = layer.Toc.Single(e => e.GetProperty("name").GetString() == ".prefetch.landmark").GetProperty("offset").GetInt64();
        Assert.Equal(landmark, layer.Layer.PrefetchSize);
        Assert.Equal(
            [(0, 1), (1, 15), (16, 5), (21, 29), (50, 11), (61, 39)],
            chunks.Select((c, i) => ((int)Number(c, "chunkOffset") / Page, (int)(i + 1 < chunks.Length ? Number(chunks[i + 1], "chunkOffset") : content.Length) / Page - (int)Number(c, "chunkOffset") / Page)));
        Assert.Equal([false, true, true, false, true, false], chunks.Select(c => Number(c, "offset") < landmark));
        Assert.True(Number(chunks[0], "offset") > Number(chunks[^1], "offset"));
    }

    private static byte[] WithoutToc(BuiltLayer layer)
    {
        var json = System.Text.Encoding.UTF8.GetByteCount(layer.TocJson);
        return layer.Tar[..^(512 + json + (-json & 511) + 1024)];
    }
}
