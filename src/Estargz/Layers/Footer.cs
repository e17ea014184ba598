using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Estargz.Layers;

/// <summary>
/// The last bytes of a blob: an empty gzip member whose Extra field says where the TOC is (eStargz spec, "Footer").
/// </summary>
/// <remarks>
/// 51 bytes: gzip header with FEXTRA (10), XLEN 26 (2), subfield <c>SG</c> with LEN 22 (4), 16 hexadecimal digits of the
/// offset (16), <c>STARGZ</c> (6), an empty final stored block (5), CRC 0 (4), size 0 (4). Written by hand, because a
/// compressor is free to write an empty member in other ways.
/// </remarks>
public static class Footer
{
    /// <summary>The size of the footer in bytes.</summary>
    public const int Size = 51;

    /// <summary>The size of the footer that stargz had before eStargz; it is read, never written.</summary>
    public const int LegacySize = 47;

    private static ReadOnlySpan<byte> GzipHeader => [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff];

    private static ReadOnlySpan<byte> EmptyBody => [1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0];

    private static ReadOnlySpan<byte> Magic => "STARGZ"u8;

    /// <summary>The footer of a blob whose TOC member begins at an offset.</summary>
    public static byte[] Create(long tocOffset)
    {
        var footer = new byte[Size];
        GzipHeader.CopyTo(footer);
        footer[10] = 26;
        "SG"u8.CopyTo(footer.AsSpan(12));
        footer[14] = 22;
        Encoding.ASCII.GetBytes(tocOffset.ToString("x16", CultureInfo.InvariantCulture), footer.AsSpan(16));
        Magic.CopyTo(footer.AsSpan(32));
        EmptyBody.CopyTo(footer.AsSpan(38));
        return footer;
    }

    /// <summary>Reads the last <see cref="Size"/> bytes of a blob (or all of a shorter one).</summary>
    /// <returns>The TOC's offset and the footer's size, or null when the blob is not eStargz.</returns>
    public static (long TocOffset, int FooterSize)? Parse(ReadOnlySpan<byte> tail)
    {
        if (tail.Length >= Size && ParseCurrent(tail[^Size..]) is { } offset)
        {
            return (offset, Size);
        }

        return tail.Length >= LegacySize && ParseLegacy(tail[^LegacySize..]) is { } legacy ? (legacy, LegacySize) : null;
    }

    private static long? ParseCurrent(ReadOnlySpan<byte> footer) =>
        HasFrame(footer, extraLength: 26)
        && footer[12..14].SequenceEqual("SG"u8)
        && BinaryPrimitives.ReadUInt16LittleEndian(footer[14..]) == 22
            ? ParseOffset(footer[16..38])
            : null;

    private static long? ParseLegacy(ReadOnlySpan<byte> footer) =>
        HasFrame(footer, extraLength: 22) ? ParseOffset(footer[12..34]) : null;

    private static bool HasFrame(ReadOnlySpan<byte> footer, int extraLength) =>
        footer[..4].SequenceEqual(GzipHeader[..4])
        && BinaryPrimitives.ReadUInt16LittleEndian(footer[10..]) == extraLength
        && footer[(12 + extraLength)..].SequenceEqual(EmptyBody);

    private static long? ParseOffset(ReadOnlySpan<byte> field) =>
        field[16..].SequenceEqual(Magic)
        && long.TryParse(field[..16], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long offset)
        && offset >= 0
            ? offset
            : null;
}
