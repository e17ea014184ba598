namespace Estargz.Deflate;

/// <summary>The codes that a block can use without telling them (RFC 1951, 3.2.6).</summary>
internal static class FixedCodes
{
    public static HuffmanCode Literals { get; } = Create(Symbols.Literals, symbol => symbol switch { < 144 => 8, < 256 => 9, < 280 => 7, _ => 8 });

    public static HuffmanCode Offsets { get; } = Create(Symbols.Offsets, _ => 5);

    private static HuffmanCode Create(int symbols, Func<int, byte> length)
    {
        var code = new HuffmanCode(symbols, 15);
        code.Assign([.. Enumerable.Range(0, symbols).Select(length)]);
        return code;
    }
}
