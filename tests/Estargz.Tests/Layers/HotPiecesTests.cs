using CsCheck;
using Estargz.Images;
using Estargz.Profiles;
using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

/// <summary>Copies of hot pieces, read by the TOC's offsets, as lazy clients do; and not at all, as everybody else does.</summary>
public class HotPiecesTests
{
    private const int Page = TouchedPages.PageSize;

    [Fact]
    public async Task A_file_is_read_from_its_copies_and_the_tar_does_not_show_them()
    {
        var content = Some.Bytes(100 * Page);
        Entry[] entries = [Some.File("a", "first"), Some.File("big", content), Some.File("z", "last")];
        var layer = await WriteAsync(LayerOrder.Arrange(entries, ["a"], [], [Hot("big", "0-20,50-60")]), Options(1 << 20));

        await layer.AssertValidAsync();
        Assert.Equal(["a", "z", ".prefetch.landmark", "big"], layer.Names.Distinct());
        Assert.Equal(content, layer.ReadFile("big"));
        var ordinary = await WriteAsync(LayerOrder.Arrange([entries[0], entries[2], entries[1]], ["a", "z"]), Options(1 << 20));
        Assert.Equal(WithoutToc(ordinary), WithoutToc(layer));
        long landmark = Number(layer.Toc.Single(e => e.GetProperty("name").GetString() == ".prefetch.landmark"), "offset");
        Assert.Equal(landmark, layer.Layer.PrefetchSize);
        var chunks = layer.Toc.Where(e => e.GetProperty("name").GetString() == "big").ToArray();
        Assert.Equal([0, 1, 16, 21, 50, 61], chunks.Select(c => Number(c, "chunkOffset") / Page));
        Assert.Equal([false, true, true, false, true, false], chunks.Select(c => Number(c, "offset") < landmark));
        Assert.Equal(new HotPieces(4, 0, 1), HotPieces.Of(Toc.Parse(System.Text.Encoding.UTF8.GetBytes(layer.TocJson)), layer.TocOffset)! with { Bytes = 0 });
        Assert.Null(HotPieces.Of(Toc.Parse(System.Text.Encoding.UTF8.GetBytes(ordinary.TocJson)), ordinary.TocOffset));
    }

    [Fact]
    public void Any_files_with_any_pages_and_chunks_are_read_as_they_are() =>
        Gen.Select(Gen.Select(Gen.Int[1, 400_000], Gen.Int[0, 3], GenPages).List[1, 4], Gen.Int[1, 200_000], Gen.Int[1, 2], Gen.Bool).Sample(
            (files, chunkSize, workers, managed) =>
            {
                Entry[] entries = [Some.Folder("d/"), .. files.Select((f, i) => Some.File($"d/{i}", Content(f.Item1, f.Item2, i))), Some.File("small", "x"), Some.Link("link", "d/0", EntryType.HardLink)];
                HotFile[] hot = [.. files.Select((f, i) => new HotFile($"d/{i}", f.Item3, 0, 0)).Where((_, i) => i % 3 < 2)];
                var options = new LayerOptions(managed ? Compressor.Managed(6) : Compressor.Zlib(6), chunkSize, new WorkerPool(workers));
                var order = LayerOrder.Arrange(entries, ["link"], ["small"], hot);

                var layer = WriteAsync(order, options).GetAwaiter().GetResult();

                layer.AssertValidAsync().GetAwaiter().GetResult();
                var ordinary = WriteAsync([.. order.Select(e => e with { HotPages = null })], options).GetAwaiter().GetResult();
                Assert.Equal(WithoutToc(ordinary), WithoutToc(layer));
                for (int i = 0; i < files.Count; i++)
                {
                    Assert.Equal(Content(files[i].Item1, files[i].Item2, i), layer.ReadFile($"d/{i}"));
                }

                LazyClient.AssertReadsForward(layer);
            },
            iter: 60);

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(9)]
    public async Task What_does_not_compress_fits_into_an_extra_field(int level)
    {
        var content = Some.Bytes(70 * Page);
        foreach (var compressor in new[] { Compressor.Zlib(level), Compressor.Managed(level) })
        {
            var layer = await WriteAsync(LayerOrder.Arrange([Some.File("big", content)], [], [], [Hot("big", "0-69")]), new LayerOptions(compressor, 1 << 20, new WorkerPool(1)));
            await layer.AssertValidAsync();
            Assert.Equal(content, layer.ReadFile("big"));
        }
    }

    [Fact]
    public async Task Heads_lie_in_the_block_of_50000_bytes_with_the_start_of_the_TOC()
    {
        int padded = 0;
        for (int filler = 80_000; filler < 100_000; filler += 997)
        {
            Entry[] entries = [Some.File("filler", Some.Bytes(filler)), Some.File("one", Some.Bytes(3 * Page)), Some.File("two", Some.Bytes(9 * Page, 2))];
            var layer = await WriteAsync(LayerOrder.Arrange(entries, [], [], [Hot("one", "0"), Hot("two", "0,8")]), Options(1 << 20));
            await layer.AssertValidAsync();
            var heads = layer.Toc.Where(e => e.GetProperty("name").GetString() is "one" or "two" && Number(e, "chunkOffset") == 0).Select(e => Number(e, "offset")).ToArray();
            Assert.All(heads, head => Assert.Equal(layer.TocOffset / 50_000, head / 50_000));
            Assert.Equal(2, heads.Length);
            padded += heads[0] % 50_000 < 29 + 16 + 1 ? 1 : 0;
            LazyClient.AssertReadsForward(layer);
        }

        Assert.InRange(padded, 1, 20);
    }

    [Theory]
    [InlineData(0, 1_000_000, 1_000_000, 1_100_000)]
    [InlineData(100_000, 3_000_000, 0, 150_000)]
    [InlineData(100_000, 0, 1_900_000, 2_050_000)]
    [InlineData(3_000_000, 0, 0, 0)]
    public async Task Of_what_a_read_of_a_copy_fetches_behind_the_zone_as_much_as_there_is_is_in_it(int zone, int others, int min, int max)
    {
        Entry[] entries =
        [
            Some.File("zone.zip", Some.Bytes(zone)), Some.File("huge.zip", Some.Bytes(4_000_000)), Some.File("big.zip", Some.Bytes(6_000_000)),
            .. Enumerable.Range(0, 20).Select(i => Some.File($"other{i}.zip", Some.Bytes(others / 20, i + 2))),
        ];
        var layer = await WriteAsync(LayerOrder.Arrange(entries, ["zone.zip"], [], [Hot("big.zip", "0-20,700-720")]), LayerOptions.Default);
        await layer.AssertValidAsync();
        Assert.InRange(LazyClient.FetchedBehindZone(layer, "big.zip"), min, max);
        Assert.InRange(layer.Layer.PrefetchSize, zone, Math.Max(zone, ReadAhead.Window) + 200_000);
    }

    [Fact]
    public async Task Neither_workers_nor_runs_change_a_byte()
    {
        Entry[] entries = [.. Enumerable.Range(0, 5).Select(i => Some.File($"f{i}", Content(300_000, i % 3, i)))];
        HotFile[] hot = [Hot("f1", "0-9,40-60"), Hot("f4", "70")];
        var one = await WriteAsync(LayerOrder.Arrange(entries, ["f2"], [], hot), Options(50_000));
        var many = await WriteAsync(LayerOrder.Arrange(entries, ["f2"], [], hot), Options(50_000, workers: 8));
        Assert.Equal(one.Blob, many.Blob);
    }

    [Fact]
    public async Task A_layer_with_copies_is_converted_to_what_it_was_made_of()
    {
        Entry[] entries = [Some.File("a", "x"), Some.File("big", Some.Bytes(300_000))];
        var hot = await WriteAsync(LayerOrder.Arrange(entries, ["a"], [], [Hot("big", "0-9,40")]), Options(50_000));
        using var folder = new ScratchFolder();
        using var source = await SourceLayer.OpenAsync(new MemoryStream(hot.Blob), Images.MediaType.LayerGzip, folder.Path, default);
        Assert.Equal(hot.Layer.DiffId, source.DiffId);

        var ordinary = await ConvertAsync(hot.Blob, ["a"], Options(50_000));

        await ordinary.AssertValidAsync();
        Assert.Equal((await WriteAsync(LayerOrder.Arrange(entries, ["a"]), Options(50_000))).Blob, ordinary.Blob);
    }

    [Fact]
    public void Copies_are_part_of_the_key_of_a_cached_layer()
    {
        var source = Images.Digest.OfBytes([1]);
        LayerPrefetch[] orders =
        [
            LayerPrefetch.None,
            LayerPrefetch.None with { Hot = [Hot("a", "1")] },
            LayerPrefetch.None with { Hot = [Hot("a", "2")] },
            LayerPrefetch.None with { Hot = [Hot("b", "1")] },
            new(["a"], [], 0),
            new([], ["a"], 0),
        ];
        Assert.Distinct(orders.Select(order => LayerCache.KeyOf(source, order, Options())));
    }

    [Fact]
    public async Task A_description_is_read_as_it_was_written()
    {
        Entry[] entries = [Some.Folder("d/"), Some.File("d/libicudata.so.1", new byte[3_000_000]), Some.Link("l", "d")];
        var description = SourceDescription.Of(Digest.OfBytes([]), entries) with { IcuPages = SourceDescription.IcuPagesOf([]).Add("d/libicudata.so.1", "0-3") };
        var read = SourceDescription.Parse(description.ToJson());
        Assert.Equal(description.Toc.Entries, read.Toc.Entries);
        Assert.Equal(description.IcuPages, read.IcuPages);
        Assert.Empty(SourceDescription.Of(Digest.OfBytes([]), entries).IcuPages);
        using var folder = new ScratchFolder();
        var cache = new LayerCache(folder.Path);
        Assert.Null(cache.FindDescription(Images.Digest.OfBytes([1])));
        await cache.AddDescriptionAsync(Images.Digest.OfBytes([1]), description);
        Assert.Equal("0-3", cache.FindDescription(Images.Digest.OfBytes([1]))!.IcuPages["d/libicudata.so.1"]);

        // What an earlier version kept there was a TOC alone.
        Directory.GetFiles(folder["entries"]).ToList().ForEach(file => File.WriteAllBytes(file, description.Toc.ToJson()));
        Assert.Null(cache.FindDescription(Images.Digest.OfBytes([1])));
    }

    [Fact]
    public async Task A_file_that_changes_between_copy_and_tar_ends_the_publish()
    {
        var changing = Some.File("big", []) with { Content = new Changing(100 * Page) };
        var e = await Assert.ThrowsAsync<EstargzException>(() => WriteAsync(LayerOrder.Arrange([changing], [], [], [Hot("big", "0-9")]), Options(1 << 20)));
        Assert.Equal(DiagnosticCode.FileUnreadable, e.Code);
        Assert.Contains("'big' changed", e.Message, StringComparison.Ordinal);
    }

    internal static HotFile Hot(string name, string pages) => TouchedPages.TryParse(pages, out var touched) ? new(name, touched!, 0, 0) : throw new ArgumentException(pages);

    private static Gen<TouchedPages> GenPages { get; } =
        Gen.Select(Gen.Int[0, 110], Gen.Int[0, 20]).List[1, 8].Select(ranges => TouchedPages.Of(ranges.Select(r => new PageRange(r.Item1, r.Item1 + r.Item2)))!);

    /// <summary>Nothing but one byte, a text, noise, and both.</summary>
    private static byte[] Content(int size, int kind, int seed) => kind switch
    {
        0 => new byte[size],
        1 => [.. Enumerable.Range(0, size).Select(i => (byte)('a' + (i % 23 * seed % 19)))],
        2 => Some.Bytes(size, seed),
        _ => [.. Some.Bytes(size / 2, seed), .. new byte[size - (size / 2)]],
    };

    private static byte[] WithoutToc(BuiltLayer layer)
    {
        int json = System.Text.Encoding.UTF8.GetByteCount(layer.TocJson);
        return layer.Tar[..^(512 + json + (-json & 511) + 1024)];
    }

    private sealed class Changing(long length) : ByteSource
    {
        private int _reads;

        public override long Length => length;

        public override void Read(long offset, Span<byte> buffer) => buffer.Fill((byte)Interlocked.Increment(ref _reads));
    }
}
