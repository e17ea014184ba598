using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace Estargz.Layers;

/// <summary>SharpZipLib's managed deflate.</summary>
/// <param name="level">1 (fast) to 9 (small).</param>
internal sealed class ManagedCompressor(int level) : DeflateCompressor
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
