using System.Runtime.CompilerServices;

namespace Estargz.Deflate;

/// <summary>Takes each match as it is found, as long as there is room for the longest one.</summary>
internal static unsafe class GreedyParser
{
    /// <summary>Adds content to a block.</summary>
    /// <param name="chains">Every earlier place was noted.</param>
    /// <param name="block">Where to.</param>
    /// <param name="at">Where the content begins.</param>
    /// <param name="stop">The last match begins before it.</param>
    /// <param name="end">Where all content ends.</param>
    /// <param name="effort">How hard matches are looked for.</param>
    /// <returns>Where the last match, or literal, ends; <see cref="LazyParser"/> goes on from there.</returns>
    public static byte* Take(ref HashChains chains, Block block, byte* at, byte* stop, byte* end, Effort effort) => Parse(ref chains, block, at, stop, end, effort);

    /// <summary>The same for a process that has much to compress, see <see cref="Deflater"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static byte* TakeMuch(ref HashChains chains, Block block, byte* at, byte* stop, byte* end, Effort effort) => Parse(ref chains, block, at, stop, end, effort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* Parse(ref HashChains chains, Block block, byte* at, byte* stop, byte* end, Effort effort)
    {
        var (depth, enough, _, near, _) = effort;
        var own = chains;
        int* counts = block.Counters;
        byte* literals = at;

        // Up to here the longest match has room, and nothing needs to be asked.
        byte* fast = at + Math.Max(0, end - at - Math.Max(Symbols.MaxMatch + HashChains.Needed, end - stop));
        while (at < fast)
        {
            int length = MatchFinder.Find(ref own, at, enough, Symbols.MaxMatch, depth, near, out int offset);
            if (length == 0)
            {
                counts[*at++]++;
                continue;
            }

            block.AddMatch((int)(at - literals), length, offset);
            literals = at + length;
            own.Skip(at + 1, length - 1);
            at = literals;
        }

        block.AddLiterals((int)(at - literals));
        chains = own;
        return at;
    }
}
