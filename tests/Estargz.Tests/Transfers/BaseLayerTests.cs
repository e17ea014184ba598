using Estargz.Images;
using Estargz.Layers;
using Estargz.Profiles;
using Estargz.Transfers;

namespace Estargz.Tests.Transfers;

/// <summary>A base layer that is eStargz without saying so, as the SDK leaves it: what becomes of it does not depend on the cache.</summary>
public sealed class BaseLayerTests : IAsyncLifetime, IDisposable
{
    private readonly ScratchFolder _folder = new();
    private BuiltLayer _built = null!;

    public void Dispose() => _folder.Dispose();

    public async Task InitializeAsync()
    {
        _built = await BuiltLayer.ConvertAsync(new TarBuilder().Add("etc/", '5').Add("etc/passwd", content: "root").Add("etc/group", content: "root").Ended, ["etc/passwd"]);
        var layout = new OciLayoutWriter(_folder["oci"]);
        await layout.CreateAsync(default);
        await layout.AddBlobAsync(Blob, () => new MemoryStream(_built.Blob), default);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private Descriptor Blob => new(MediaType.LayerGzip, _built.Layer.Digest, _built.Layer.Size);

    [Fact]
    public async Task It_stays_as_it_is_and_is_fetched_once()
    {
        using var first = await OpenAsync();
        File.Delete(OciLayout.BlobPath(_folder["oci"], Blob.Digest));
        using var second = await OpenAsync();

        await AssertKeptAsync(first);
        await AssertKeptAsync(second);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task It_stays_where_it_was_converted_before(bool reorders, bool zstd)
    {
        using var converted = await OpenAsync(reorders, zstd);
        Assert.False(converted.IsLazy);
        using var kept = await OpenAsync();
        await AssertKeptAsync(kept);
        using var again = await OpenAsync(reorders, zstd);
        Assert.False(again.IsLazy);
    }

    [Fact]
    public async Task Unpacking_it_changes_nothing_of_what_was_planned()
    {
        using var converted = await OpenAsync(reorders: true);
        var source = await converted.UnpackAsync(default);

        // Somebody has described it otherwise, and the plan was made with that.
        await new LayerCache(_folder["other"]).AddDescriptionAsync(Blob.Digest, source.Describe());
        using var found = await OpenAsync(cache: "other");
        Assert.False(found.IsLazy);
        var entries = found.Entries;
        await found.UnpackAsync(default);
        Assert.False(found.IsLazy);
        Assert.Same(entries, found.Entries);
    }

    [Fact]
    public async Task What_the_cache_knows_of_it_is_of_this_version_and_intact()
    {
        using var first = await OpenAsync();
        var cache = new LayerCache(_folder["cache"]);
        var file = Assert.Single(Directory.GetFiles(_folder["cache/entries"]));
        Assert.Matches("^[0-9]+-[0-9a-f]{64}$", Path.GetFileName(file));
        Assert.NotNull(cache.FindDescription(Blob.Digest)!.OwnToc);

        var bytes = File.ReadAllBytes(file);
        bytes[bytes.AsSpan().IndexOf("sha256:"u8) + 10] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Null(cache.FindDescription(Blob.Digest));
    }

    private async Task AssertKeptAsync(BaseLayer layer)
    {
        Assert.True(layer.IsLazy);
        var prepared = await layer.PrepareAsync(LayerPrefetch.None, default);
        Assert.Equal(_built.Layer.ToImageLayer(false).Descriptor.Annotations, prepared.Layer.Descriptor.Annotations);
        Assert.Equal((_built.Layer.Digest, _built.Layer.DiffId, _built.Layer.PrefetchSize), (prepared.Layer.Descriptor.Digest, prepared.Layer.DiffId, prepared.PrefetchSize));
    }

    private Task<BaseLayer> OpenAsync(bool reorders = false, bool zstd = false, string cache = "cache")
    {
        var session = new ImageSession(ImageSource.Open(_folder["oci"], _ => { }), new LayoutDestination(_folder["to"], null), null, new LayerCache(_folder[cache]))
        {
            Reorders = reorders,
            Options = zstd ? LayerOptions.Default with { Compressor = Compressor.ZstdChunked(3) } : LayerOptions.Default,
        };
        return BaseLayer.OpenAsync(session, new ImageLayer(Blob, _built.Layer.DiffId), default);
    }
}
