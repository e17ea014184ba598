using System.Buffers.Binary;

namespace Estargz.Layers;

/// <summary>
/// The data of the skippable frame that ends a zstd:chunked blob and says where the TOC is: numbers of 8 bytes, little
/// endian, and a magic number.
/// </summary>
/// <remarks>
/// stargz-snapshotter has 40 bytes: offset of the compressed TOC (8), its size (8), size of the JSON (8), type 1 (8),
/// <c>GnUlInUx</c> (8). containers/storage has 64: the same four, offset, compressed size and size of the tar-split data
/// (24), <c>GNUlInUx</c> (8). It never reads them, since it has annotations; so the former are written here.
/// </remarks>
/// <param name="TocOffset">Where in the blob the compressed TOC is, in bytes.</param>
/// <param name="TocLength">Its size in bytes.</param>
/// <param name="JsonLength">The size of the TOC's JSON in bytes.</param>
/// <param name="Size">The bytes of the footer, without the header of its frame.</param>
internal readonly record struct ZstdFooter(long TocOffset, long TocLength, long JsonLength, int Size = ZstdFooter.StargzSize)
{
    private const int StargzSize = 40;
    private const int StorageSize = 64;

    /// <summary>The type of a TOC: JSON like that of eStargz.</summary>
    private const long TocType = 1;

    private static ReadOnlySpan<byte> StargzMagic => "GnUlInUx"u8;

    private static ReadOnlySpan<byte> StorageMagic => "GNUlInUx"u8;

    /// <summary>Where the TOC is, as the annotation has it.</summary>
    public string Position => FormattableString.Invariant($"{TocOffset}:{TocLength}:{JsonLength}:{TocType}");

    /// <summary>The footer that stargz-snapshotter reads.</summary>
    public byte[] Encode()
    {
        var footer = new byte[StargzSize];
        BinaryPrimitives.WriteInt64LittleEndian(footer, TocOffset);
        BinaryPrimitives.WriteInt64LittleEndian(footer.AsSpan(8), TocLength);
        BinaryPrimitives.WriteInt64LittleEndian(footer.AsSpan(16), JsonLength);
        BinaryPrimitives.WriteInt64LittleEndian(footer.AsSpan(24), TocType);
        StargzMagic.CopyTo(footer.AsSpan(32));
        return footer;
    }

    /// <summary>Reads the last bytes of a blob.</summary>
    /// <returns>Null where there is no such footer.</returns>
    public static ZstdFooter? Parse(ReadOnlySpan<byte> tail) => Parse(tail, StargzSize, StargzMagic) ?? Parse(tail, StorageSize, StorageMagic);

    private static ZstdFooter? Parse(ReadOnlySpan<byte> tail, int size, ReadOnlySpan<byte> magic)
    {
        if (tail.Length < size || !tail.EndsWith(magic))
        {
            return null;
        }

        var footer = tail[^size..];
        return BinaryPrimitives.ReadInt64LittleEndian(footer[24..]) == TocType
            ? new ZstdFooter(
                BinaryPrimitives.ReadInt64LittleEndian(footer),
                BinaryPrimitives.ReadInt64LittleEndian(footer[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(footer[16..]),
                size)
            : null;
    }
}
