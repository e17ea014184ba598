using System.Numerics;
using System.Runtime.CompilerServices;

namespace Estargz.Deflate;

/// <summary>Finds where the window has the same bytes already.</summary>
internal static unsafe class MatchFinder
{
    /// <summary>Notes a place, and finds the longest match for it.</summary>
    /// <param name="chains">Every earlier place was noted.</param>
    /// <param name="at">The place, with <see cref="HashChains.Needed"/> bytes or more up to the end.</param>
    /// <param name="enough">A match of this length ends the search.</param>
    /// <param name="most">The longest that may be found.</param>
    /// <param name="depth">How many earlier places are looked at.</param>
    /// <param name="near">How far back a match of three bytes may be.</param>
    /// <param name="offset">How far back the match is.</param>
    /// <returns>Its length; 0 if there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Find(ref HashChains chains, byte* at, int enough, int most, int depth, int near, out int offset)
    {
        nint place = chains.Note(at, out nint triple, out nint quad);
        nint tooFar = place - Symbols.Window;
        uint bytes = HashChains.Load32(at);

        // Most places have no longer match, and one comparison tells.
        while (quad > tooFar)
        {
            byte* match = chains.At(quad);
            nint before = chains.Before(quad);
            if (HashChains.Load32(match) == bytes)
            {
                offset = (int)(place - quad);
                int length = Extend(at, match, 4, most);
                return depth > 1 && length < enough
                    ? Longer(ref chains, at, place, before, length, enough, most, depth - 1, ref offset) : length;
            }

            quad = before;
            if (--depth == 0)
            {
                break;
            }
        }

        offset = (int)(place - triple);
        return offset <= near && ((HashChains.Load32(chains.At(triple)) ^ bytes) << 8) == 0 ? Symbols.MinMatch : 0;
    }

    /// <summary>Notes a place, and finds the longest match for it above a length of four bytes or more.</summary>
    /// <returns>Its length; <paramref name="least"/> if there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FindLonger(ref HashChains chains, byte* at, int least, int enough, int most, int depth, out int offset)
    {
        offset = 0;
        nint place = chains.Note(at, out _, out nint quad);
        return least < enough ? Longer(ref chains, at, place, quad, least, enough, most, depth, ref offset) : least;
    }

    /// <summary>A longer match has the same four bytes at the end, which few have, and at the start.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Longer(
        ref HashChains chains, byte* at, nint place, nint quad, int best, int enough, int most, int depth, ref int offset)
    {
        nint tooFar = place - Symbols.Window;
        uint bytes = HashChains.Load32(at);
        uint last = HashChains.Load32(at + best - 3);
        while (quad > tooFar)
        {
            byte* match = chains.At(quad);
            nint before = chains.Before(quad);
            if (HashChains.Load32(match + best - 3) == last && HashChains.Load32(match) == bytes)
            {
                int length = Extend(at, match, 4, most);
                if (length > best)
                {
                    best = length;
                    offset = (int)(place - quad);
                    if (best >= enough)
                    {
                        break;
                    }

                    last = HashChains.Load32(at + best - 3);
                }
            }

            quad = before;
            if (--depth == 0)
            {
                break;
            }
        }

        return best;
    }

    /// <summary>Notes a place, and finds the nearest match of each length.</summary>
    /// <param name="chains">Every earlier place was noted.</param>
    /// <param name="at">The place.</param>
    /// <param name="enough">A match of this length ends the search.</param>
    /// <param name="most">The longest that may be found.</param>
    /// <param name="depth">How many earlier places are looked at.</param>
    /// <param name="matches">Where to, each longer than the one before; there are at most as many as lengths.</param>
    /// <returns>What follows the last of them.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Match* FindAll(ref HashChains chains, byte* at, int enough, int most, int depth, Match* matches)
    {
        if (most < HashChains.Needed)
        {
            return matches;
        }

        nint place = chains.Note(at, out nint triple, out nint quad);
        nint tooFar = place - Symbols.Window;
        uint bytes = HashChains.Load32(at);
        if (triple > tooFar && ((HashChains.Load32(chains.At(triple)) ^ bytes) << 8) == 0)
        {
            *matches++ = new Match(Symbols.MinMatch, (int)(place - triple));
        }

        // A longer match has the same four bytes at the end, which few have, and at the start.
        nint best = Symbols.MinMatch;
        uint last = bytes;
        for (; quad > tooFar; quad = chains.Before(quad))
        {
            byte* match = chains.At(quad);
            if (HashChains.Load32(match + best - 3) == last && HashChains.Load32(match) == bytes)
            {
                int length = Extend(at, match, 4, most);
                if (length > best)
                {
                    best = length;
                    *matches++ = new Match(length, (int)(place - quad));
                    if (length >= enough)
                    {
                        break;
                    }

                    last = HashChains.Load32(at + best - 3);
                }
            }

            if (--depth == 0)
            {
                break;
            }
        }

        return matches;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Extend(byte* at, byte* match, int length, int most)
    {
        while (most - length >= sizeof(ulong))
        {
            ulong difference = HashChains.Load64(at + length) ^ HashChains.Load64(match + length);
            if (difference != 0)
            {
                return length + (BitOperations.TrailingZeroCount(difference) >> 3);
            }

            length += sizeof(ulong);
        }

        while (length < most && at[length] == match[length])
        {
            length++;
        }

        return length;
    }
}
