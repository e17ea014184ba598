namespace Estargz.Layers;

/// <summary>A layer is known again without reading it, and never taken for one that it is not.</summary>
public sealed class LayerStampTests : IDisposable
{
    private static readonly DateTime s_time = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly ScratchFolder _folder = new();

    private string One => Path.Combine(_folder.Path, "one");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_that_nobody_touched_have_the_same_stamp()
    {
        Write("12345");
        var stamp = await StampAsync();
        Assert.NotNull(stamp);
        Assert.Equal(stamp, await StampAsync());
    }

    [Fact]
    public async Task Another_content_of_the_same_size_and_time_has_another_stamp()
    {
        Write("12345");
        var stamp = await StampAsync();
        Write("12346");
        Assert.NotEqual(stamp, await StampAsync());
    }

    [Fact]
    public async Task Another_file_in_its_place_has_another_stamp()
    {
        Write("12345");
        var stamp = await StampAsync();
        File.Move(One, One + ".old");
        Write("12345");
        Assert.NotEqual(stamp, await StampAsync());
    }

    [Fact]
    public async Task Another_mode_in_the_image_has_another_stamp()
    {
        Write("12345");
        Assert.NotEqual(await StampAsync(), await StampAsync(mode: 493));
    }

    [Fact]
    public void What_changed_just_now_has_none()
    {
        // It could change again, and nothing would tell.
        Write("12345");
        Assert.Null(LayerStamp.Of([FileEntry()]));
    }

    [Fact]
    public async Task A_file_of_another_size_than_the_header_says_has_none()
    {
        Write("12345");
        Assert.NotNull(await StampAsync());
        await Task.Delay(150);
        Assert.Null(LayerStamp.Of([(FileEntry() with { Content = new FileSource(One, 4) })]));
    }

    [Fact]
    public void What_can_only_be_read_has_none() =>
        Assert.Null(LayerStamp.Of([new Entry { Name = "a", Type = EntryType.File, Content = new Unknown() }]));

    [Fact]
    public void Content_in_memory_is_stamped_by_what_it_is()
    {
        Assert.Equal(LayerStamp.Of([Some.File("a", [1, 2])]), LayerStamp.Of([Some.File("a", [1, 2])]));
        Assert.NotEqual(LayerStamp.Of([Some.File("a", [1, 2])]), LayerStamp.Of([Some.File("a", [1, 3])]));
    }

    [Fact]
    public async Task A_layer_is_found_by_its_key_until_its_blob_is_gone()
    {
        var layer = await KeepAsync("key");
        using var cache = new MemberCache(_folder.Path);
        Assert.Equal(layer, cache.Find("key"));
        Assert.Null(cache.Find("other"));

        using (var file = cache.OpenIntact(layer))
        {
            Assert.NotNull(file);
        }

        File.Delete(Blob);
        Assert.Null(cache.Find("key"));
        Assert.Null(cache.OpenIntact(layer));
    }

    [Fact]
    public async Task A_damaged_blob_is_not_opened_and_a_short_one_not_found()
    {
        var layer = await KeepAsync("key");
        using var cache = new MemberCache(_folder.Path);
        var bytes = File.ReadAllBytes(Blob);
        bytes[^1] ^= 1;
        File.WriteAllBytes(Blob, bytes);
        Assert.Null(cache.OpenIntact(layer));

        File.WriteAllBytes(Blob, bytes[..^1]);
        Assert.Null(cache.Find("key"));
    }

    private string Blob => Assert.Single(Directory.GetFiles(_folder.Path, "*.esgz", SearchOption.AllDirectories));

    private async Task<Layer> KeepAsync(string key)
    {
        using var cache = new MemberCache(_folder.Path);
        using var blob = cache.Create();
        var layer = await LayerWriter.WriteAsync([Some.File("a", Some.Bytes(1000, 1))], LayerOptions.Default, blob, default);
        blob.Complete(layer, key);
        return layer;
    }

    private void Write(string text)
    {
        File.WriteAllText(One, text);
        File.SetLastWriteTimeUtc(One, s_time);
    }

    private Entry FileEntry(int mode = 420) =>
        new Entry { Name = "one", Type = EntryType.File, Mode = mode, Content = new FileSource(One, 5) };

    /// <summary>The stamp as soon as there is one: a file that changed just now has none.</summary>
    private async Task<Images.Digest?> StampAsync(int mode = 420)
    {
        for (int i = 0; i < 100; i++)
        {
            if (LayerStamp.Of([FileEntry(mode)]) is { } stamp)
            {
                return stamp;
            }

            await Task.Delay(50);
        }

        return null;
    }

    private sealed class Unknown : ByteSource
    {
        public override long Length => 1;

        public override void Read(long offset, Span<byte> buffer) => buffer.Clear();
    }
}
