using System.Numerics;
using System.Runtime.CompilerServices;

namespace Estargz.Deflate;

/// <summary>
/// Finds the cheapest way through a block: from the end on, what each byte and all after it cost at least, as a literal or as
/// any of its matches. What a symbol costs is what it cost the last time, so a second pass knows better.
/// </summary>
internal sealed unsafe class OptimalParser
{
    /// <summary>A bit is so many units of cost.</summary>
    private const int Bit = 1 << FractionBits;

    private const int FractionBits = 5;

    private readonly short[] _tables = HashChains.Allocate();
    private readonly int[] _literalCosts = new int[256];
    private readonly int[] _lengthCosts = new int[Symbols.MaxMatch + 1];
    private readonly int[] _offsetCosts = new int[Symbols.Offsets];

    // For each byte of the block: where its candidates begin, what the rest costs, and what is best there.
    private int[] _firsts = [];
    private int[] _costs = [];
    private Match[] _best = [];
    private Match[] _candidates = [];
    private HashChains _chains;

    /// <summary>Begins with other content, which does not move meanwhile.</summary>
    public void Begin(byte* start, byte* end) => _chains = new(_tables, start, end);

    /// <summary>Replaces what a block holds.</summary>
    /// <param name="block">Filled by another parser: its end is kept, and its symbols tell what they cost.</param>
    /// <param name="start">Its content; the blocks before it were parsed here, too.</param>
    /// <param name="length">How long that is.</param>
    /// <param name="end">Where all content ends.</param>
    /// <param name="effort">How hard it is tried.</param>
    public void Parse(Block block, byte* start, int length, byte* end, Effort effort)
    {
        if (_costs.Length <= length)
        {
            _firsts = GC.AllocateUninitializedArray<int>(length + 1);
            _costs = GC.AllocateUninitializedArray<int>(length + 1);
            _best = GC.AllocateUninitializedArray<Match>(length + 1);
        }

        Collect(start, length, end, effort);
        for (int pass = 0; pass < effort.Passes; pass++)
        {
            TakeCosts(block);
            FindPath(start, length);
            block.Begin();
            int literals = 0;
            for (int at = 0; at < length; at += Math.Max(1, _best[at].Length))
            {
                if (_best[at].Length == 0)
                {
                    block.LiteralCounts[start[at]]++;
                    literals++;
                }
                else
                {
                    block.AddMatch(literals, _best[at].Length, _best[at].Offset);
                    literals = 0;
                }
            }

            block.AddLiterals(literals);
            block.End();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Collect(byte* start, int length, byte* end, Effort effort)
    {
        int count = 0;
        var chains = _chains;
        for (int at = 0; at < length;)
        {
            if (_candidates.Length - count < Symbols.MaxMatch)
            {
                Array.Resize(ref _candidates, count + (count / 2) + (64 << 10));
            }

            int first = count;
            _firsts[at] = first;
            int most = (int)Math.Min(Symbols.MaxMatch, end - start - at);
            fixed (Match* candidates = _candidates)
            {
                count = (int)(MatchFinder.FindAll(ref chains, start + at, Math.Min(effort.Enough, most), most, effort.Depth, candidates + first) - candidates);
            }

            int longest = count > first ? Math.Min(_candidates[count - 1].Length, length - at) : 0;
            at++;
            if (longest >= effort.Enough)
            {
                // Nothing better begins inside of it.
                if (chains.HasRoom(start + at, longest - 1))
                {
                    chains.Skip(start + at, longest - 1);
                }

                _firsts.AsSpan(at, longest - 1).Fill(count);
                at += longest - 1;
            }
        }

        _chains = chains;
        _firsts[length] = count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindPath(byte* start, int length)
    {
        fixed (int* costs = _costs, firsts = _firsts, literalCosts = _literalCosts, lengthCosts = _lengthCosts, offsetCosts = _offsetCosts)
        fixed (Match* candidates = _candidates, ways = _best)
        {
            costs[length] = 0;
            for (int at = length - 1; at >= 0; at--)
            {
                int least = literalCosts[start[at]] + costs[at + 1];
                var way = default(Match);
                int matched = Symbols.MinMatch;
                int* rest = costs + at;
                Match* last = candidates + firsts[at + 1];
                for (Match* candidate = candidates + firsts[at]; candidate < last; candidate++)
                {
                    int offsetCost = offsetCosts[candidate->OffsetSymbol];
                    for (int longest = Math.Min(candidate->Length, length - at); matched <= longest; matched++)
                    {
                        int cost = lengthCosts[matched] + rest[matched] + offsetCost;
                        if (cost < least)
                        {
                            least = cost;
                            way = candidate->Shortened(matched);
                        }
                    }
                }

                costs[at] = least;
                ways[at] = way;
            }
        }
    }

    private void TakeCosts(Block block)
    {
        Span<int> costs = stackalloc int[Symbols.Literals];
        TakeCosts(block.LiteralCounts, costs);
        costs[..256].CopyTo(_literalCosts);
        for (int length = Symbols.MinMatch; length <= Symbols.MaxMatch; length++)
        {
            int symbol = Symbols.OfLengths[length];
            _lengthCosts[length] = costs[Symbols.FirstLength + symbol] + (Symbols.LengthExtraBits[symbol] * Bit);
        }

        TakeCosts(block.OffsetCounts, _offsetCosts);
        for (int symbol = 0; symbol < Symbols.Offsets; symbol++)
        {
            _offsetCosts[symbol] += Symbols.OffsetExtraBits[symbol] * Bit;
        }
    }

    /// <summary>What symbols cost that occur so often: the logarithm of their share. One that does not occur counts as a quarter of one.</summary>
    private static void TakeCosts(ReadOnlySpan<int> counts, Span<int> costs)
    {
        uint all = 0;
        foreach (int count in counts)
        {
            all += Math.Max(1, (uint)count * 4);
        }

        for (int symbol = 0; symbol < counts.Length; symbol++)
        {
            costs[symbol] = Log2(all) - Log2(Math.Max(1, (uint)counts[symbol] * 4));
        }
    }

    /// <summary>The logarithm in units of cost, without floating point, which is not the same everywhere.</summary>
    private static int Log2(uint value)
    {
        int log = BitOperations.Log2(value);
        ulong mantissa = (ulong)value << (31 - log);
        for (int i = 0; i < FractionBits; i++)
        {
            mantissa = (mantissa * mantissa) >> 31;
            int bit = (int)(mantissa >> 32);
            mantissa >>= bit;
            log = (log << 1) | bit;
        }

        return log;
    }
}
