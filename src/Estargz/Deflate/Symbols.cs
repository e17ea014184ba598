namespace Estargz.Deflate;

/// <summary>The alphabets of deflate (RFC 1951, 3.2.5 and 3.2.7).</summary>
internal static class Symbols
{
    public const int EndOfBlock = 256;
    public const int Literals = 288;
    public const int Offsets = 30;
    public const int CodeLengths = 19;
    public const int MinMatch = 3;
    public const int MaxMatch = 258;
    public const int Window = 32 << 10;

    /// <summary>The first of the 29 symbols for lengths of matches.</summary>
    public const int FirstLength = 257;

    /// <summary>The symbol of each length, from its first one on; the places 0 to 2 mean nothing.</summary>
    private static readonly byte[] LengthSymbols = new byte[MaxMatch + 1];

    /// <summary>The symbols of offsets up to 256, then those of blocks of 128 offsets.</summary>
    private static readonly byte[] OffsetSymbols = new byte[512];

    static Symbols()
    {
        for (int symbol = 0; symbol < LengthBases.Length; symbol++)
        {
            LengthSymbols.AsSpan(LengthBases[symbol]).Fill((byte)symbol);
        }

        for (int symbol = 0; symbol < OffsetBases.Length; symbol++)
        {
            int place = OffsetPlace(OffsetBases[symbol]);
            OffsetSymbols.AsSpan(place, (place < 256 ? 256 : 512) - place).Fill((byte)symbol);
        }
    }

    /// <summary>The smallest length of each symbol.</summary>
    public static ReadOnlySpan<ushort> LengthBases =>
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];

    /// <summary>The bits that tell which length of a symbol it is.</summary>
    public static ReadOnlySpan<byte> LengthExtraBits =>
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    /// <summary>The smallest offset of each symbol.</summary>
    public static ReadOnlySpan<ushort> OffsetBases =>
        [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];

    /// <summary>The bits that tell which offset of a symbol it is.</summary>
    public static ReadOnlySpan<byte> OffsetExtraBits =>
        [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

    /// <summary>In which order the lengths of the code for lengths are told.</summary>
    public static ReadOnlySpan<byte> CodeLengthOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>The symbol of a length, counted from <see cref="FirstLength"/>.</summary>
    public static ReadOnlySpan<byte> OfLengths => LengthSymbols;

    /// <summary>The symbol at each <see cref="OffsetPlace"/>.</summary>
    public static ReadOnlySpan<byte> OfOffsetPlaces => OffsetSymbols;

    /// <summary>Where <see cref="OfOffsetPlaces"/> has the symbol of an offset.</summary>
    public static int OffsetPlace(int offset) => offset <= 256 ? offset - 1 : 256 + ((offset - 1) >> 7);
}
