using System.Collections.Concurrent;
using System.IO.Compression;
using System.Runtime.InteropServices;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace Estargz.Layers;

/// <summary>
/// Raw deflate of one member at a time. The same content gives the same bytes, on every thread. What is compressed already
/// (png, jpg, woff2, zip, br) is stored as it is, which costs next to no time.
/// </summary>
public abstract class Compressor
{
    /// <summary>The level that pays: 1 % larger than level 9 at a third of its time.</summary>
    public const int DefaultLevel = 6;

    /// <summary>Part of <see cref="Name"/>: changes when other content is stored.</summary>
    private const string Choice = "stored 1";

    /// <summary>
    /// What looks compressed is tried at level 1 on so many bytes from its middle: twice the distance at which deflate finds
    /// what it has seen before.
    /// </summary>
    private const int TrialSize = 64 << 10;

    /// <summary>
    /// What the compressed bytes depend on besides the content: name, version and level. Part of every cache key.
    /// </summary>
    public abstract string Name { get; }

    /// <summary>zlib-ng of the .NET runtime: the fast one. Its bytes may change with the runtime's version.</summary>
    /// <param name="level">1 (fast) to 9 (small).</param>
    public static Compressor Zlib(int level) => new ZlibCompressor(level);

    /// <summary>
    /// SharpZipLib's managed deflate: three to four times the CPU, but the bytes depend on nothing but the content and
    /// the version of the library.
    /// </summary>
    /// <param name="level">1 (fast) to 9 (small).</param>
    public static Compressor Managed(int level) => new ManagedCompressor(level);

    /// <summary>Appends the compressed content, without any header. It is never larger than stored blocks would be.</summary>
    internal void Compress(ReadOnlySpan<byte> content, GrowingBuffer output)
    {
        int start = output.Length;
        if (!IsCompressed(content, output))
        {
            output.Reserve(content.Length / 2);
            Deflate(content, output);
        }

        if (output.Length == start || output.Length - start > StoredBlocks.SizeOf(content.Length))
        {
            output.Shrink(start);
            StoredBlocks.Write(content, output);
        }
    }

    private bool IsCompressed(ReadOnlySpan<byte> content, GrowingBuffer scratch)
    {
        if (!ByteSample.LooksCompressed(content))
        {
            return false;
        }

        // Bytes at random may be the same bytes again and again.
        int start = scratch.Length;
        int length = Math.Min(content.Length, TrialSize);
        Deflate(content.Slice((content.Length - length) / 2, length), scratch, fast: true);
        int compressed = scratch.Length - start;
        scratch.Shrink(start);
        return compressed > length / 32 * 31;
    }

    /// <summary>Appends the content in deflate's format.</summary>
    /// <param name="content">All of it.</param>
    /// <param name="output">Where to.</param>
    /// <param name="fast">Whether it is level 1 instead of the chosen one.</param>
    internal abstract void Deflate(ReadOnlySpan<byte> content, GrowingBuffer output, bool fast = false);

    private sealed class ZlibCompressor(int level) : Compressor
    {
        private static readonly ZLibCompressionOptions Fast = new() { CompressionLevel = 1 };

        private readonly ZLibCompressionOptions _options = new() { CompressionLevel = level };

        public override string Name => $"zlib {Environment.Version} level {level} {Choice}";

        internal override void Deflate(ReadOnlySpan<byte> content, GrowingBuffer output, bool fast = false)
        {
            using var deflate = new DeflateStream(output.AsStream(), fast ? Fast : _options, leaveOpen: true);

            // One Write for the whole member: zlib-ng's bytes depend on how its input is cut.
            deflate.Write(content);
        }
    }

    private sealed class ManagedCompressor(int level) : Compressor
    {
        // A deflater's tables take long to allocate, and it reads arrays only: both are kept for the next member.
        private readonly ConcurrentBag<(Deflater Deflater, GrowingBuffer Input)> _idle = [];

        public override string Name => $"sharpziplib {typeof(Deflater).Assembly.GetName().Version} level {level} {Choice}";

        internal override void Deflate(ReadOnlySpan<byte> content, GrowingBuffer output, bool fast = false)
        {
            var own = _idle.TryTake(out var idle) ? idle : (new Deflater(level, noZlibHeaderOrFooter: true), new GrowingBuffer());
            var (deflater, input) = own;
            deflater.Reset();
            deflater.SetLevel(fast ? 1 : level);
            input.Clear();
            input.Write(content);
            var array = MemoryMarshal.TryGetArray(input.Written, out var segment) ? segment : default;
            deflater.SetInput(array.Array!, array.Offset, array.Count);
            deflater.Finish();
            var piece = new byte[64 << 10];
            while (!deflater.IsFinished)
            {
                output.Write(piece.AsSpan(0, deflater.Deflate(piece)));
            }

            _idle.Add(own);
        }
    }
}
