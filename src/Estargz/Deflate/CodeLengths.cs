using System.Runtime.CompilerServices;

namespace Estargz.Deflate;

/// <summary>How a block tells its two codes: the lengths of their codewords, run by run, in a code of its own (RFC 1951, 3.2.7).</summary>
internal sealed class CodeLengths
{
    private const int RepeatLast = 16;
    private const int FewZeros = 17;
    private const int ManyZeros = 18;

    private readonly HuffmanCode _code = new(Symbols.CodeLengths, 7);
    private readonly int[] _counts = new int[Symbols.CodeLengths];

    // A symbol, and above five bits what its extra bits are.
    private readonly ushort[] _items = new ushort[Symbols.Literals + Symbols.Offsets];
    private int _itemCount;
    private int _literals;
    private int _offsets;
    private int _told;

    /// <summary>The bits that it takes.</summary>
    public long Bits { get; private set; }

    private static ReadOnlySpan<byte> ExtraBits => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 7];

    /// <summary>Takes the lengths of both codes.</summary>
    public void Take(ReadOnlySpan<byte> literals, ReadOnlySpan<byte> offsets)
    {
        _literals = UsedOf(literals, 257);
        _offsets = UsedOf(offsets, 1);
        Span<byte> lengths = stackalloc byte[_literals + _offsets];
        literals[.._literals].CopyTo(lengths);
        offsets[.._offsets].CopyTo(lengths[_literals..]);
        TakeRuns(lengths);
        _code.Build(_counts);
        _told = Symbols.CodeLengths;
        while (_told > 4 && _code.Lengths[Symbols.CodeLengthOrder[_told - 1]] == 0)
        {
            _told--;
        }

        Bits = 5 + 5 + 4 + (3 * _told) + _code.CostOf(_counts)
            + (2 * _counts[RepeatLast]) + (3 * _counts[FewZeros]) + (7 * _counts[ManyZeros]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(ref BitWriter writer)
    {
        writer.Add((uint)(_literals - 257), 5);
        writer.Add((uint)(_offsets - 1), 5);
        writer.Add((uint)(_told - 4), 4);
        writer.Flush();
        foreach (byte symbol in Symbols.CodeLengthOrder[.._told])
        {
            writer.Add(_code.Lengths[symbol], 3);
            writer.Flush();
        }

        foreach (ushort item in _items.AsSpan(0, _itemCount))
        {
            int symbol = item & 31;
            writer.Add(_code.Codewords[symbol], _code.Lengths[symbol]);
            writer.Add((uint)item >> 5, ExtraBits[symbol]);
            writer.Flush();
        }
    }

    private static int UsedOf(ReadOnlySpan<byte> lengths, int least) => Math.Max(least, lengths.LastIndexOfAnyExcept((byte)0) + 1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakeRuns(ReadOnlySpan<byte> lengths)
    {
        Array.Clear(_counts);
        _itemCount = 0;
        for (int start = 0; start < lengths.Length;)
        {
            byte length = lengths[start];
            int run = 1;
            while (++start < lengths.Length && lengths[start] == length)
            {
                run++;
            }

            if (length == 0)
            {
                while (run >= 3)
                {
                    int zeros = Math.Min(run, 138);
                    if (zeros > 10)
                    {
                        Take(ManyZeros, zeros - 11);
                    }
                    else
                    {
                        Take(FewZeros, zeros - 3);
                    }

                    run -= zeros;
                }
            }
            else if (run >= 4)
            {
                Take(length, 0);
                for (run--; run >= 3;)
                {
                    int repeated = Math.Min(run, 6);
                    Take(RepeatLast, repeated - 3);
                    run -= repeated;
                }
            }

            for (; run > 0; run--)
            {
                Take(length, 0);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Take(int symbol, int extra)
    {
        _counts[symbol]++;
        _items[_itemCount++] = (ushort)(symbol | (extra << 5));
    }
}
