using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

/// <summary>What is fetched before the start may be compressed harder than the rest.</summary>
public class ZoneCompressorTests
{
    private static IReadOnlyList<Entry> Entries(params string[] first) => LayerOrder.Arrange(
        [.. Enumerable.Range(0, 20).Select(i => Some.File($"f{i:00}", [.. Enumerable.Range(0, 20_000).SelectMany(n => BitConverter.GetBytes(n * n % (97 + i)))]))], [.. first]);

    [Fact]
    public async Task Members_before_the_landmark_and_the_TOC_and_no_others()
    {
        var options = Options(1 << 20);
        var plain = await WriteAsync(Entries("f03", "f04"), options);
        var mixed = await WriteAsync(Entries("f03", "f04"), options with { Zone = Compressor.Zlib(9) });
        var small = await WriteAsync(Entries("f03", "f04"), options with { Compressor = Compressor.Zlib(9) });

        Assert.Equal(SizesOf(small, "f03", "f04"), SizesOf(mixed, "f03", "f04"));
        Assert.Equal(SizesOf(plain, "f00", "f07", "f19"), SizesOf(mixed, "f00", "f07", "f19"));
        Assert.NotEqual(SizesOf(plain, "f03", "f04"), SizesOf(mixed, "f03", "f04"));
        Assert.NotEqual(SizesOf(small, "f00", "f07", "f19"), SizesOf(mixed, "f00", "f07", "f19"));
        Assert.Equal(plain.Layer.UncompressedSize, mixed.Layer.UncompressedSize);
        await mixed.AssertValidAsync();
    }

    [Fact]
    public async Task Without_a_zone_only_the_TOC()
    {
        var options = Options(1 << 20);
        var plain = await WriteAsync(Entries(), options);
        var mixed = await WriteAsync(Entries(), options with { Zone = Compressor.Zlib(9) });
        Assert.Equal(plain.Blob.AsSpan(0, (int)plain.TocOffset), mixed.Blob.AsSpan(0, (int)mixed.TocOffset));
        await mixed.AssertValidAsync();
    }

    /// <summary>How far it is from each file's member to the next.</summary>
    private static long[] SizesOf(BuiltLayer layer, params string[] names)
    {
        long[] offsets = [.. layer.Toc.Select(e => Number(e, "offset")).Where(offset => offset > 0).Order(), layer.TocOffset];
        return [.. names.Select(name =>
        {
            long offset = Number(layer.Toc.Single(e => e.GetProperty("name").GetString() == name), "offset");
            return offsets[Array.IndexOf(offsets, offset) + 1] - offset;
        })];
    }
}
