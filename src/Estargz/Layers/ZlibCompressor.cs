using System.IO.Compression;
using Estargz.Deflate;

namespace Estargz.Layers;

/// <summary>zlib-ng of the .NET runtime.</summary>
/// <param name="level">1 (fast) to 9 (small).</param>
internal sealed class ZlibCompressor(int level) : DeflateCompressor
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
