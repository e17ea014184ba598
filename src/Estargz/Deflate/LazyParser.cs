using System.Numerics;
using System.Runtime.CompilerServices;

namespace Estargz.Deflate;

/// <summary>
/// Looks ahead before it takes a match: where a better one begins soon after, what is before that are literals.
/// </summary>
internal static unsafe class LazyParser
{
    /// <inheritdoc cref="GreedyParser.Take"/>
    /// <returns>Where the last match, or literal, ends.</returns>
    public static byte* Take(ref HashChains chains, Block block, byte* at, byte* stop, byte* end, Effort effort) => Parse(ref chains, block, at, stop, end, effort);

    /// <summary>The same for a process that has much to compress, see <see cref="Deflater"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static byte* TakeMuch(ref HashChains chains, Block block, byte* at, byte* stop, byte* end, Effort effort) => Parse(ref chains, block, at, stop, end, effort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* Parse(ref HashChains chains, Block block, byte* at, byte* stop, byte* end, Effort effort)
    {
        var own = chains;
        int* counts = block.Counters;
        byte* literals = at;
        while (at < stop)
        {
            int length = Find(ref own, at, 0, end, effort.Depth, effort, out int offset);
            if (length == 0)
            {
                counts[*at++]++;
                continue;
            }

            int noted = 1;
            while (noted <= effort.Lookahead && length < effort.Enough)
            {
                // The further away, the more it has to save, and the less is it looked for.
                int ahead = noted++;
                int later = Find(ref own, at + ahead, length - 1, end, Math.Max(1, effort.Depth >> ahead), effort, out int laterOffset);
                if (later >= length && Gain(length, offset, later, laterOffset) > (4 * ahead) - 2)
                {
                    for (; ahead > 0; ahead--)
                    {
                        counts[*at++]++;
                    }

                    (length, offset, noted) = (later, laterOffset, 1);
                }
            }

            block.AddMatch((int)(at - literals), length, offset);
            literals = at + length;
            if (length > noted && own.HasRoom(at + noted, length - noted))
            {
                own.Skip(at + noted, length - noted);
            }

            at = literals;
        }

        block.AddLiterals((int)(at - literals));
        chains = own;
        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Find(ref HashChains chains, byte* at, int least, byte* end, int depth, Effort effort, out int offset)
    {
        int most = (int)Math.Min(Symbols.MaxMatch, end - at);
        offset = 0;
        if (most < HashChains.Needed)
        {
            return 0;
        }

        int enough = Math.Min(effort.Enough, most);
        return least < 4 ? MatchFinder.Find(ref chains, at, enough, most, depth, effort.Near, out offset)
            : MatchFinder.FindLonger(ref chains, at, least, enough, most, depth, out offset);
    }

    // Log2 would say the same, and would have to be compiled by the JIT.
    /// <summary>About how many bits a later match saves: four a byte, less what its offset takes more.</summary>
    private static int Gain(int length, int offset, int later, int laterOffset) =>
        (4 * (later - length)) + BitOperations.LeadingZeroCount((uint)laterOffset) - BitOperations.LeadingZeroCount((uint)offset);
}
