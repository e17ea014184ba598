using Estargz.Profiles;

namespace Estargz.Layers;

/// <summary>Alone in its process while it measures.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public class MemoryTests
{
    private const int Megabyte = 1 << 20;

    /// <summary>The managed heap never grows by what a layer holds, but by what workers and chunk size allow.</summary>
    [Collection(nameof(MemoryTests))]
    public class OfLayers
    {
        [Theory]
        [InlineData(1, 200L * Megabyte)]
        [InlineData(100, 2L * Megabyte)]
        [InlineData(2000, 100_000)]
        public async Task Building_is_bounded(int files, long size)
        {
            Entry[] entries = [.. Enumerable.Range(0, files).Select(i => new Entry { Name = $"{i}", Type = EntryType.File, Content = new Generated(size) })];
            using var output = new PeakStream();
            var layer = await LayerWriter.WriteAsync(entries, new LayerOptions(Compressor.Zlib(1), LayerOptions.DefaultChunkSize, new WorkerPool(2)), output, default);
            Assert.True(layer.UncompressedSize > files * size);
            Assert.InRange(output.Peak, 0, 100 * Megabyte);
        }

        [Fact]
        public async Task Copies_of_hot_pieces_do_not_wait_in_memory_for_their_members()
        {
            var entry = new Entry { Name = "big", Type = EntryType.File, Content = new Generated(300L * Megabyte) };
            using var output = new PeakStream();
            var order = LayerOrder.Arrange([entry], [], [], [HotPiecesTests.Hot("big", "0-70000")]);
            var layer = await LayerWriter.WriteAsync(order, new LayerOptions(Compressor.Zlib(1), LayerOptions.DefaultChunkSize, new WorkerPool(2)), output, default);
            Assert.True(layer.PrefetchSize > 130 * Megabyte);
            Assert.InRange(output.Peak, 0, 100 * Megabyte);
        }

        [Fact]
        public async Task A_converted_sparse_file_of_half_a_gigabyte_is_bounded()
        {
            using var folder = new ScratchFolder();
            Shell.Run(folder.Path, "truncate -s 500M huge; echo end >> huge; tar -cSf huge.tar huge");
            using var blob = File.OpenRead(folder["huge.tar"]);
            using var source = await SourceLayer.OpenAsync(blob, Images.MediaType.LayerTar, folder.Path, default);
            using var output = new PeakStream();
            var layer = await source.ConvertAsync(LayerPrefetch.None, new LayerOptions(Compressor.Zlib(1), LayerOptions.DefaultChunkSize, new WorkerPool(2)), output, default);
            Assert.True(layer.UncompressedSize > 500 * Megabyte);
            Assert.InRange(layer.Size, 0, 6 * Megabyte);
            Assert.InRange(output.Peak, 0, 100 * Megabyte);
        }
    }

    /// <summary>Content that takes no memory: half of it repeats, half of it does not.</summary>
    private sealed class Generated(long length) : ByteSource
    {
        private static readonly byte[] s_pattern = [.. Some.Bytes(50_000), .. new byte[50_000]];

        public override long Length => length;

        public override void Read(long offset, Span<byte> buffer)
        {
            while (!buffer.IsEmpty)
            {
                var piece = s_pattern.AsSpan((int)(offset % s_pattern.Length));
                piece = piece[..Math.Min(piece.Length, buffer.Length)];
                piece.CopyTo(buffer);
                buffer = buffer[piece.Length..];
                offset += piece.Length;
            }
        }
    }

    /// <summary>Throws away what is written, and looks at the heap each time.</summary>
    private sealed class PeakStream : MemoryStream
    {
        private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);

        public long Peak { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Peak = Math.Max(Peak, GC.GetTotalMemory(forceFullCollection: false) - _before);
            return ValueTask.CompletedTask;
        }
    }
}
