using System.Buffers.Binary;
using System.IO.Hashing;

namespace Estargz.Layers;

/// <summary>
/// The frame around one compressed member (RFC 1952, 2.3). The header is constant, so that no clock, operating system
/// or runtime version is in it; the level is not told (XFL 0), the operating system unknown (OS 255).
/// </summary>
internal static class GzipMember
{
    public static ReadOnlySpan<byte> Header => [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

    /// <summary>Appends one whole member.</summary>
    public static void Write(Compressor compressor, ReadOnlySpan<byte> content, GrowingBuffer output)
    {
        output.Write(Header);
        compressor.Compress(content, output);
        Span<byte> trailer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, Crc32.HashToUInt32(content));
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)content.Length);
        output.Write(trailer);
    }
}
