using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

public sealed class WriteFailureTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("echo more >> f")]
    [InlineData("truncate -s 10 f")]
    [InlineData("truncate -s 0 f")]
    [InlineData("rm f")]
    [InlineData("rm f; mkdir f")]
    [InlineData("echo more > empty")]
    [InlineData("rm empty")]
    public async Task A_file_that_changes_after_it_was_listed_is_named(string change)
    {
        foreach (var other in Enumerable.Range(0, 20))
        {
            _folder.Write($"other{other}", Some.Bytes(100_000, other));
        }

        _folder.Write("f", Some.Bytes(5000));
        _folder.Write("empty", []);
        var files = PublishFolder.List(_folder.Path, "/app");
        Shell.Run(_folder.Path, change);
        var entries = LayerOrder.Arrange(AppLayer.Create(files, "/app", 0, 0, _ => null), []);
        foreach (int workers in new[] { 1, 4 })
        {
            var error = await Assert.ThrowsAsync<EstargzException>(() => WriteAsync(entries, Options(1000, workers)));
            Assert.Equal("ESTARGZ5001", error.Code);
            Assert.Contains(_folder[change.Contains("empty", StringComparison.Ordinal) ? "empty" : "f"], error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Cancellation_stops_and_leaves_nobody_reading()
    {
        using var cancellation = new CancellationTokenSource();
        var source = new CountingSource(1 << 20, () => cancellation.Cancel());
        Entry[] entries = [.. Enumerable.Range(0, 1000).Select(i => new Entry { Name = $"{i}", Type = EntryType.File, Content = source })];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => LayerWriter.WriteAsync(entries, Options(1 << 20, 4), Stream.Null, cancellation.Token));
        Assert.InRange(source.Reads, 10, 30);
        Assert.Equal(0, source.Reading);
    }

    [Fact]
    public async Task A_failure_waits_for_all_who_still_read()
    {
        var source = new CountingSource(1 << 20, () => throw new EstargzException(DiagnosticCode.FileUnreadable, "the tenth"));
        Entry[] entries = [.. Enumerable.Range(0, 1000).Select(i => new Entry { Name = $"{i}", Type = EntryType.File, Content = source })];
        var error = await Assert.ThrowsAsync<EstargzException>(() => LayerWriter.WriteAsync(entries, Options(1 << 20, 4), Stream.Null, default));
        Assert.Equal("the tenth", error.Message);
        Assert.InRange(source.Reads, 10, 30);
        Assert.Equal(0, source.Reading);
    }

    [Fact]
    public async Task An_output_that_fails_is_named()
    {
        using var output = new FileStream(_folder.Write("read-only", []), FileMode.Open, FileAccess.Read);
        await Assert.ThrowsAsync<NotSupportedException>(() => LayerWriter.WriteAsync([Some.File("f")], Options(), output, default));
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var error = await Assert.ThrowsAsync<EstargzException>(() => LayerWriter.WriteAsync([Some.File("f")], Options(), full, default));
        Assert.Equal("ESTARGZ5002", error.Code);
        using var buffered = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 100_000);
        error = await Assert.ThrowsAsync<EstargzException>(() => LayerWriter.WriteAsync([Some.File("f")], Options(), buffered, default));
        Assert.Equal("ESTARGZ5002", error.Code);
        try
        {
            buffered.Dispose();
        }
        catch (IOException)
        {
            // What it still holds has no place to go.
        }
    }

    [FactForRoot]
    public async Task A_full_disk_is_named_and_left_empty()
    {
        var disk = Directory.CreateDirectory(_folder["disk"]).FullName;
        Shell.Run(_folder.Path, "mount -t tmpfs -o size=256k tmpfs disk");
        try
        {
            var tar = new TarBuilder().Add("f", content: System.Text.Encoding.Latin1.GetString(Some.Bytes(1 << 20))).Ended;
            var error = await Assert.ThrowsAsync<EstargzException>(() => SourceLayer.OpenAsync(new MemoryStream(tar), Images.MediaType.LayerTar, disk, default));
            Assert.Equal("ESTARGZ5002", error.Code);
            using var output = TemporaryFile.Create(disk);
            error = await Assert.ThrowsAsync<EstargzException>(() => LayerWriter.WriteAsync([Some.File("f", Some.Bytes(1 << 20))], Options(100_000), output.Stream, default));
            Assert.Equal("ESTARGZ5002", error.Code);
            Assert.Empty(Directory.GetFileSystemEntries(disk));
        }
        finally
        {
            Shell.Run(_folder.Path, "umount disk");
        }
    }

    [Fact]
    public void A_temporary_file_has_no_name()
    {
        using var file = TemporaryFile.Create(_folder["new/folder"]);
        file.Stream.Write("content"u8);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["new/folder"]));
        var read = new byte[4];
        file.Slice(1, 6).Read(2, read);
        Assert.Equal("tent"u8.ToArray(), read);
        Assert.Equal("ESTARGZ3002", Assert.Throws<EstargzException>(() => file.Slice(5, 10).Read(0, new byte[10])).Code);
    }

    /// <summary>Content that acts when it is read for the tenth time.</summary>
    private sealed class CountingSource(long length, Action onTenth) : ByteSource
    {
        private int _reads;
        private int _reading;

        public int Reads => _reads;

        public int Reading => _reading;

        public override long Length => length;

        public override void Read(long offset, Span<byte> buffer)
        {
            Interlocked.Increment(ref _reading);
            try
            {
                if (Interlocked.Increment(ref _reads) == 10)
                {
                    onTenth();
                }

                buffer.Fill(1);
            }
            finally
            {
                Interlocked.Decrement(ref _reading);
            }
        }
    }
}
