using System.Buffers.Binary;
using System.IO.Hashing;
using Estargz.Deflate;

namespace Estargz.Layers;

/// <summary>
/// The frame around one compressed member (RFC 1952, 2.3). The header is constant, so that no clock, operating system
/// or runtime version is in it; the level is not told (XFL 0), the operating system unknown (OS 255).
/// </summary>
internal static class GzipMember
{
    /// <summary>
    /// The bytes before the data of an Extra field: gzip header with FEXTRA (10), XLEN (2), subfield identification (2)
    /// and length (2).
    /// </summary>
    public const int ExtraStart = 16;

    /// <summary>
    /// The bytes of an empty member around the data of its Extra field: those before it, and an empty final stored block
    /// (5), CRC 0 (4), size 0 (4).
    /// </summary>
    public const int ExtraFrame = ExtraStart + 13;

    public static ReadOnlySpan<byte> Header => [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

    /// <summary>Appends one whole member.</summary>
    public static void Write(DeflateCompressor compressor, ReadOnlySpan<byte> content, GrowingBuffer output)
    {
        output.Write(Header);
        compressor.Compress(content, output);
        Span<byte> trailer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, Crc32.HashToUInt32(content));
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)content.Length);
        output.Write(trailer);
    }

    /// <summary>
    /// Appends an empty member with data in its Extra field (RFC 1952, 2.3.1.1), which every decompressor skips.
    /// </summary>
    /// <param name="id">The two letters of the subfield.</param>
    /// <param name="data">Its data, at most 65,531 bytes.</param>
    /// <param name="output">Where to.</param>
    public static void WriteExtra(ReadOnlySpan<byte> id, ReadOnlySpan<byte> data, GrowingBuffer output)
    {
        Span<byte> start = stackalloc byte[ExtraStart];
        Header.CopyTo(start);
        start[3] = 4;
        BinaryPrimitives.WriteUInt16LittleEndian(start[10..], checked((ushort)(data.Length + 4)));
        id.CopyTo(start[12..]);
        BinaryPrimitives.WriteUInt16LittleEndian(start[14..], (ushort)data.Length);
        output.Write(start);
        output.Write(data);
        output.Write([1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]);
    }
}
