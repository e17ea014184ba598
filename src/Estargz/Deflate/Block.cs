using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Estargz.Deflate;

/// <summary>
/// What a block will hold: literals and matches, and how often each symbol occurs. It also notices where the content
/// changes its kind, since other content deserves a code of its own.
/// </summary>
internal sealed unsafe class Block
{
    /// <summary>A block ends after about so many bytes.</summary>
    private const int MaxLength = 100_000;

    /// <summary>No block is shorter, except for the last: a code takes 60 to 100 bytes.</summary>
    private const int MinLength = 5_000;

    /// <summary>Bytes between two looks at the content's kind.</summary>
    public const int LookEvery = 4096;

    /// <summary>Literals by their upper three bits, and matches up to 8 bytes and above.</summary>
    private const int Kinds = 10;

    private readonly int[] _before = new int[Kinds];
    private readonly int[] _now = new int[Kinds];

    // Of this object: code that is compiled before the class of a static field is ready asks for it each time.
    private readonly byte[] _lengthSymbols = Symbols.OfLengths.ToArray();
    private readonly byte[] _offsetSymbols = Symbols.OfOffsetPlaces.ToArray();
    private int _literalsInRow;

    public int[] LiteralCounts { get; } = GC.AllocateArray<int>(Symbols.Literals, pinned: true);

    /// <summary>The same, where nobody asks whether a byte is in its bounds.</summary>
    public int* Counters => (int*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(LiteralCounts));

    public int[] OffsetCounts { get; } = new int[Symbols.Offsets];

    /// <summary>
    /// Each match with the literals before it; the last one has none. A block can be a little longer than it should be, by a
    /// match, and by the literals before it: their number is limited by how much better each next match has to be.
    /// </summary>
    public Sequence[] Sequences { get; } = new Sequence[((MaxLength + LookEvery) / Symbols.MinMatch) + 2048];

    public int SequenceCount { get; private set; }

    public void Begin()
    {
        Array.Clear(LiteralCounts);
        Array.Clear(OffsetCounts);
        Array.Clear(_before);
        _literalsInRow = SequenceCount = 0;
    }

    /// <summary>Adds literals, which <see cref="LiteralCounts"/> has already.</summary>
    public void AddLiterals(int count) => _literalsInRow += count;

    /// <summary>Adds a match.</summary>
    /// <param name="literals">How many literals are before it, which <see cref="LiteralCounts"/> has already.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="offset">How far back the same bytes are.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddMatch(int literals, int length, int offset)
    {
        int symbol = _offsetSymbols[Symbols.OffsetPlace(offset)];
        Sequences[SequenceCount++] = new Sequence(_literalsInRow + literals, length, offset, symbol);
        _literalsInRow = 0;
        LiteralCounts[Symbols.FirstLength + _lengthSymbols[length]]++;
        OffsetCounts[symbol]++;
    }

    /// <summary>Ends the block's content.</summary>
    public void End()
    {
        Sequences[SequenceCount++] = new Sequence(_literalsInRow, 0, 0, 0);
        LiteralCounts[Symbols.EndOfBlock]++;
    }

    /// <summary>Whether the block should end here. Asked every <see cref="LookEvery"/> bytes.</summary>
    /// <param name="length">Its bytes so far.</param>
    /// <param name="left">The bytes that follow.</param>
    public bool IsFull(int length, int left) =>
        length >= MaxLength || (HasChanged(length) && length >= MinLength && left >= MinLength);

    /// <summary>
    /// Whether the last symbols differ from those before: the sum of the differences of their shares, against a limit
    /// that is lower the longer the block is. Otherwise the last ones count to those before.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool HasChanged(int length)
    {
        CountKinds();
        long all = 0, before = 0;
        for (int kind = 0; kind < Kinds; kind++)
        {
            all += _now[kind];
            before += _before[kind];
        }

        long now = all - before;
        long difference = 0;
        for (int kind = 0; kind < Kinds; kind++)
        {
            difference += Math.Abs(((_now[kind] - _before[kind]) * before) - (_before[kind] * now));
        }

        bool changed = before > 0 && difference + (length / LookEvery * before) >= now * before / 4;
        _now.CopyTo(_before, 0);
        return changed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CountKinds()
    {
        Array.Clear(_now);
        for (int literal = 0; literal < 256; literal++)
        {
            _now[literal >> 5] += LiteralCounts[literal];
        }

        for (int symbol = Symbols.FirstLength; symbol < Symbols.Literals; symbol++)
        {
            _now[symbol < Symbols.FirstLength + 6 ? 8 : 9] += LiteralCounts[symbol];
        }
    }

    /// <summary>Literals, then a match.</summary>
    internal readonly struct Sequence(int literals, int length, int offset, int offsetSymbol)
    {
        private readonly uint _literalsAndLength = ((uint)literals << 9) | (uint)length;
        private readonly ushort _offset = (ushort)offset;
        private readonly byte _offsetSymbol = (byte)offsetSymbol;

        public int Literals => (int)(_literalsAndLength >> 9);

        /// <summary>The length of the match; 0 where none follows.</summary>
        public int Length => (int)(_literalsAndLength & 0x1ff);

        public int Offset => _offset;

        public int OffsetSymbol => _offsetSymbol;
    }
}
