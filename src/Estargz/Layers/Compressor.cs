using System.Collections.Concurrent;
using System.IO.Compression;
using System.Runtime.InteropServices;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace Estargz.Layers;

/// <summary>Raw deflate of one member at a time. The same content gives the same bytes, on every thread.</summary>
public abstract class Compressor
{
    /// <summary>The level that pays: 1 % larger than level 9 at a third of its time.</summary>
    public const int DefaultLevel = 6;

    /// <summary>The smallest bytes: 3 to 4 % less than at the default level, for nearly three times the CPU.</summary>
    public const int SmallestLevel = 9;

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

    /// <summary>Appends the compressed content, without any header.</summary>
    internal abstract void Compress(ReadOnlySpan<byte> content, GrowingBuffer output);

    private sealed class ZlibCompressor(int level) : Compressor
    {
        private readonly ZLibCompressionOptions _options = new() { CompressionLevel = level };

        public override string Name => $"zlib {Environment.Version} level {level}";

        internal override void Compress(ReadOnlySpan<byte> content, GrowingBuffer output)
        {
            using var deflate = new DeflateStream(output.AsStream(), _options, leaveOpen: true);

            // One Write for the whole member: zlib-ng's bytes depend on how its input is cut.
            deflate.Write(content);
        }
    }

    private sealed class ManagedCompressor(int level) : Compressor
    {
        // A deflater's tables take long to allocate, and it reads arrays only: both are kept for the next member.
        private readonly ConcurrentBag<(Deflater Deflater, GrowingBuffer Input)> _idle = [];

        public override string Name => $"sharpziplib {typeof(Deflater).Assembly.GetName().Version} level {level}";

        internal override void Compress(ReadOnlySpan<byte> content, GrowingBuffer output)
        {
            var own = _idle.TryTake(out var idle) ? idle : (new Deflater(level, noZlibHeaderOrFooter: true), new GrowingBuffer());
            var (deflater, input) = own;
            deflater.Reset();
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
