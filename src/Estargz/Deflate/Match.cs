namespace Estargz.Deflate;

/// <summary>Bytes that occurred before; all zero, it stands for a literal.</summary>
internal readonly struct Match
{
    private readonly ushort _offset;
    private readonly byte _offsetSymbol;
    private readonly uint _length;

    /// <param name="length">3 to 258 bytes.</param>
    /// <param name="offset">1 to 32,768 bytes back.</param>
    public Match(int length, int offset)
        : this((uint)length, (ushort)offset, Symbols.OfOffsetPlaces[Symbols.OffsetPlace(offset)])
    {
    }

    private Match(uint length, ushort offset, byte offsetSymbol)
    {
        _length = length;
        _offset = offset;
        _offsetSymbol = offsetSymbol;
    }

    public int Length => (int)_length;

    public int Offset => _offset;

    public int OffsetSymbol => _offsetSymbol;

    /// <summary>The same with fewer bytes.</summary>
    public Match Shortened(int length) => new((uint)length, _offset, _offsetSymbol);
}
