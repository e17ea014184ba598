using Estargz.Deflate;
using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

/// <summary>Members that an earlier layer had are taken over, and the bytes are those of a layer without a cache.</summary>
public sealed class MemberCacheTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly CountingCompressor _compressor = new();

    private string[] Blobs => Directory.GetFiles(_folder.Path, "*.esgz", SearchOption.AllDirectories);

    private string[] Indexes => Directory.GetFiles(_folder.Path, "*.idx", SearchOption.AllDirectories);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_layer_of_which_one_file_changed_compresses_that_one()
    {
        var first = Entries();
        await BuildAsync(first);
        int all = _compressor.Reset();

        // The table of contents is no member of the cache: it changes whenever anything does.
        var changed = Entries(changed: 17);
        var layer = await BuildAsync(changed);
        Assert.Equal(2, _compressor.Reset());
        Assert.True(all > 40);

        await BuildAsync(changed);
        Assert.Equal(1, _compressor.Reset());
        Assert.Equal((await WriteAsync(changed, Options)).Blob, layer);
    }

    [Fact]
    public async Task Another_order_takes_over_what_is_followed_by_the_same()
    {
        await BuildAsync(Entries());
        int all = _compressor.Reset();
        var ordered = LayerOrder.Arrange(Entries(), ["f20", "f21", "f22"]);
        var layer = await BuildAsync(ordered);
        Assert.InRange(_compressor.Reset(), 2, all / 3);
        Assert.Equal((await WriteAsync(ordered, Options)).Blob, layer);
    }

    [Fact]
    public async Task Other_compressors_have_members_of_their_own()
    {
        await BuildAsync(Entries());
        int all = _compressor.Reset();
        _compressor.Version = "2";
        await BuildAsync(Entries());
        Assert.Equal(all, _compressor.Reset());
    }

    [Fact]
    public async Task A_damaged_blob_is_noticed_and_dropped()
    {
        var whole = await BuildAsync(Entries());
        var blob = Assert.Single(Blobs);
        var bytes = File.ReadAllBytes(blob);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(blob, bytes);
        _compressor.Reset();

        Assert.Equal(whole, await BuildAsync(Entries()));
        Assert.True(_compressor.Reset() > 1);
        Assert.Equal(whole, File.ReadAllBytes(Assert.Single(Blobs)));

        await BuildAsync(Entries());
        Assert.Equal(1, _compressor.Reset());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(20)]
    public async Task A_damaged_index_is_noticed_and_dropped(int flipped)
    {
        var whole = await BuildAsync(Entries());
        var index = Assert.Single(Indexes);
        var bytes = File.ReadAllBytes(index);
        if (flipped < 0)
        {
            bytes = bytes[..^1];
        }
        else
        {
            bytes[flipped] ^= 1;
        }

        File.WriteAllBytes(index, bytes);
        int all = _compressor.Reset();
        Assert.Equal(whole, await BuildAsync(Entries()));
        Assert.Equal(all, _compressor.Reset());
    }

    [Fact]
    public async Task A_blob_that_was_cut_or_is_gone_is_made_again()
    {
        var whole = await BuildAsync(Entries());
        using (var blob = File.OpenWrite(Assert.Single(Blobs)))
        {
            blob.SetLength(blob.Length / 2);
        }

        Assert.Equal(whole, await BuildAsync(Entries()));
        File.Delete(Assert.Single(Blobs));
        Assert.Equal(whole, await BuildAsync(Entries()));
        Assert.Equal(whole, File.ReadAllBytes(Assert.Single(Blobs)));
    }

    [Fact]
    public async Task Many_builds_at_once_and_somebody_who_clears()
    {
        var expected = (await WriteAsync(Entries(), Options)).Blob;
        var builds = Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            for (int j = 0; j < 5; j++)
            {
                Assert.Equal(expected, await BuildAsync(Entries()));
                new CacheFolder(_folder.Path).Clear();
            }
        }));
        await Task.WhenAll(builds);
        Assert.Empty(Directory.GetFiles(_folder["tmp"]));
    }

    [Fact]
    public async Task What_is_not_completed_is_not_kept()
    {
        using (var cache = new MemberCache(_folder.Path))
        using (var blob = cache.Create())
        {
            await LayerWriter.WriteAsync(Entries(), Options, blob, default);
            Assert.NotEmpty(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
        }

        Assert.Empty(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Layers_of_one_pool_never_wait_for_each_other()
    {
        // More layers than batches: each has to be able to finish with what it holds.
        var pool = new WorkerPool(1);
        var options = Options with { Workers = pool, ChunkSize = 1 << 20 };
        IReadOnlyList<Entry> entries = [.. Enumerable.Range(0, 6).Select(i => Some.File($"f{i}", Some.Bytes(1 << 20, i)))];
        var layers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => WriteAsync(entries, options))).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.All(layers, layer => Assert.Equal(layers[0].Blob, layer.Blob));
    }

    private LayerOptions Options => new(_compressor, 10_000, WorkerPool.Shared);

    private static IReadOnlyList<Entry> Entries(int changed = -1) => LayerOrder.Arrange(
        [.. Enumerable.Range(0, 40).Select(i => Some.File($"f{i:00}", Some.Bytes(500 + (i * 97), i == changed ? 1000 : i)))], []);

    private async Task<byte[]> BuildAsync(IReadOnlyList<Entry> entries)
    {
        using var cache = new MemberCache(_folder.Path);
        using var blob = cache.Create();
        var layer = await LayerWriter.WriteAsync(entries, Options, blob, default);
        blob.Complete(layer);
        using var stream = blob.OpenRead();
        var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private sealed class CountingCompressor : DeflateCompressor
    {
        private readonly DeflateCompressor _inner = (DeflateCompressor)Zlib(6);
        private int _count;

        public string Version { get; set; } = "1";

        public override string Name => $"counting {Version}";

        public int Reset() => Interlocked.Exchange(ref _count, 0);

        internal override void Deflate(ReadOnlySpan<byte> content, GrowingBuffer output, bool fast = false)
        {
            Interlocked.Increment(ref _count);
            _inner.Deflate(content, output, fast);
        }
    }
}
