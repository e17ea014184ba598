using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Estargz.Deflate;

/// <summary>Writes blocks in whichever of the three forms is the shortest (RFC 1951, 3.2.3).</summary>
internal sealed class BlockWriter
{
    /// <summary>Bits before the content of a block: last or not, and which form.</summary>
    private const int HeaderBits = 3;

    /// <summary>One less than the format allows, so that four codewords and what is held back fit into 64 bits.</summary>
    private const int MaxLiteralBits = 14;

    private readonly HuffmanCode _literals = new(Symbols.Literals, MaxLiteralBits);
    private readonly HuffmanCode _offsets = new(Symbols.Offsets, 15);
    private readonly CodeLengths _codeLengths = new();

    // A codeword above five bits that hold its length; those of matches' lengths have their extra bits in them.
    private readonly uint[] _literalWords = new uint[256];
    private readonly uint[] _lengthWords = new uint[Symbols.MaxMatch + 1];
    private readonly uint[] _offsetWords = new uint[Symbols.Offsets];

    private ulong _held;
    private int _heldCount;

    /// <summary>Appends a block.</summary>
    /// <param name="block">What it holds.</param>
    /// <param name="content">The same bytes, as they were.</param>
    /// <param name="last">Whether it is the last; then the output ends with a whole byte.</param>
    /// <param name="output">Where to.</param>
    public void Write(Block block, ReadOnlySpan<byte> content, bool last, GrowingBuffer output)
    {
        _literals.Build(block.LiteralCounts);
        _offsets.Build(block.OffsetCounts);
        _codeLengths.Take(_literals.Lengths, _offsets.Lengths);
        long own = _codeLengths.Bits + _literals.CostOf(block.LiteralCounts) + _offsets.CostOf(block.OffsetCounts);
        long standard = FixedCodes.Literals.CostOf(block.LiteralCounts) + FixedCodes.Offsets.CostOf(block.OffsetCounts);
        long codes = Math.Min(own, standard) + ExtraBits(block);
        if (StoredBits(content.Length) <= codes)
        {
            Store(content, last, output);
        }
        else
        {
            Encode(block, content, last, own < standard, codes, output);
        }
    }

    private static long ExtraBits(Block block)
    {
        long bits = 0;
        for (int symbol = 0; symbol < Symbols.LengthExtraBits.Length; symbol++)
        {
            bits += (long)block.LiteralCounts[Symbols.FirstLength + symbol] * Symbols.LengthExtraBits[symbol];
        }

        for (int symbol = 0; symbol < Symbols.Offsets; symbol++)
        {
            bits += (long)block.OffsetCounts[symbol] * Symbols.OffsetExtraBits[symbol];
        }

        return bits;
    }

    /// <summary>The bits after the first block's header, and up to where the last one ends.</summary>
    private long StoredBits(int length) => (StoredBlocks.SizeOf(length) * 8) - 8 + (-(_heldCount + HeaderBits) & 7);

    private void Store(ReadOnlySpan<byte> content, bool last, GrowingBuffer output)
    {
        do
        {
            var piece = content[..Math.Min(content.Length, ushort.MaxValue)];
            content = content[piece.Length..];
            int bits = _heldCount + HeaderBits;
            var start = output.Append(((bits + 7) / 8) + 4);
            start[0] = (byte)(_held | ((last && content.IsEmpty ? 1u : 0u) << _heldCount));
            start[1] = 0;
            BinaryPrimitives.WriteUInt16LittleEndian(start[^4..], (ushort)piece.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(start[^2..], (ushort)~piece.Length);
            (_held, _heldCount) = (0, 0);
            output.Write(piece);
        }
        while (!content.IsEmpty);
    }

    private void Encode(Block block, ReadOnlySpan<byte> content, bool last, bool own, long bits, GrowingBuffer output)
    {
        int start = output.Length;
        var room = output.Append((int)((_heldCount + HeaderBits + bits + 7) / 8) + (2 * sizeof(ulong)));
        var writer = new BitWriter(room, _held, _heldCount);
        writer.Add((last ? 1u : 0u) | (own ? 2u << 1 : 1u << 1), HeaderBits);
        writer.Flush();
        if (own)
        {
            _codeLengths.Write(ref writer);
        }

        TakeCodewords(own ? _literals : FixedCodes.Literals, own ? _offsets : FixedCodes.Offsets);
        WriteSequences(block, content, ref writer);
        var end = own ? _literals : FixedCodes.Literals;
        writer.Add(end.Codewords[Symbols.EndOfBlock], end.Lengths[Symbols.EndOfBlock]);
        writer.Flush();
        if (last)
        {
            writer.Add(0, -writer.HeldCount & 7);
            writer.Flush();
        }

        output.Shrink(start + writer.Length);
        (_held, _heldCount) = (writer.Held, writer.HeldCount);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakeCodewords(HuffmanCode literals, HuffmanCode offsets)
    {
        for (int symbol = 0; symbol < _literalWords.Length; symbol++)
        {
            _literalWords[symbol] = ((uint)literals.Codewords[symbol] << 5) | literals.Lengths[symbol];
        }

        for (int length = Symbols.MinMatch; length <= Symbols.MaxMatch; length++)
        {
            int place = Symbols.OfLengths[length];
            int symbol = Symbols.FirstLength + place;
            uint extra = (uint)(length - Symbols.LengthBases[place]);
            uint word = literals.Codewords[symbol] | (extra << literals.Lengths[symbol]);
            _lengthWords[length] = (word << 5) | (uint)(literals.Lengths[symbol] + Symbols.LengthExtraBits[place]);
        }

        for (int symbol = 0; symbol < Symbols.Offsets; symbol++)
        {
            _offsetWords[symbol] = ((uint)offsets.Codewords[symbol] << 5) | offsets.Lengths[symbol];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WriteSequences(Block block, ReadOnlySpan<byte> content, ref BitWriter output)
    {
        // A copy, so that its fields can be registers.
        var writer = output;
        ref byte next = ref MemoryMarshal.GetReference(content);
        var literalWords = _literalWords;
        var lengthWords = _lengthWords;
        var offsetWords = _offsetWords;
        foreach (var sequence in block.Sequences.AsSpan(0, block.SequenceCount))
        {
            int literals = sequence.Literals;
            for (; literals >= 4; literals -= 4)
            {
                Add(ref writer, literalWords[next]);
                Add(ref writer, literalWords[Unsafe.Add(ref next, 1)]);
                Add(ref writer, literalWords[Unsafe.Add(ref next, 2)]);
                Add(ref writer, literalWords[Unsafe.Add(ref next, 3)]);
                writer.Flush();
                next = ref Unsafe.Add(ref next, 4);
            }

            for (; literals > 0; literals--)
            {
                Add(ref writer, literalWords[next]);
                next = ref Unsafe.Add(ref next, 1);
            }

            writer.Flush();
            if (sequence.Length > 0)
            {
                int symbol = sequence.OffsetSymbol;
                Add(ref writer, lengthWords[sequence.Length]);
                Add(ref writer, offsetWords[symbol]);
                writer.Add((uint)(sequence.Offset - Symbols.OffsetBases[symbol]), Symbols.OffsetExtraBits[symbol]);
                writer.Flush();
                next = ref Unsafe.Add(ref next, sequence.Length);
            }
        }

        output = writer;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref BitWriter writer, uint word) => writer.Add(word >> 5, (int)(word & 31));
}
