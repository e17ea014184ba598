using System.Numerics;
using System.Runtime.CompilerServices;

namespace Estargz.Deflate;

/// <summary>Finds where the window has the same bytes already.</summary>
internal sealed unsafe class MatchFinder : HashChains
{
    /// <summary>Notes a place, and finds the longest match for it.</summary>
    /// <param name="at">The place; every earlier one was noted.</param>
    /// <param name="least">Matches up to this length are of no use.</param>
    /// <param name="enough">A match of this length ends the search.</param>
    /// <param name="most">The longest that may be found.</param>
    /// <param name="depth">How many earlier places are looked at.</param>
    /// <param name="offset">How far back the match is.</param>
    /// <returns>Its length; <paramref name="least"/> if there is none that is longer.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(byte* at, int least, int enough, int most, int depth, ref int offset)
    {
        if (most < Needed)
        {
            return least;
        }

        nint place = Note(at, out nint triple, out nint quad);
        nint tooFar = place - Symbols.Window;
        uint bytes = Load32(at);
        int best = least;
        byte* found = at;
        if (best < 4)
        {
            if (best < 3 && triple > tooFar && ((Load32(At(triple)) ^ bytes) << 8) == 0)
            {
                best = 3;
                found = At(triple);
            }

            // Most places have no longer match, and one comparison tells.
            while (true)
            {
                if (quad <= tooFar)
                {
                    goto Done;
                }

                byte* match = At(quad);
                quad = Before(quad);
                if (Load32(match) == bytes)
                {
                    best = Extend(at, match, 4, most);
                    found = match;
                    break;
                }

                if (--depth == 0)
                {
                    goto Done;
                }
            }

            if (--depth <= 0)
            {
                goto Done;
            }
        }

        if (best >= enough)
        {
            goto Done;
        }

        // A longer match has the same four bytes at the end, which few have, and at the start.
        uint last = Load32(at + best - 3);
        while (quad > tooFar)
        {
            byte* match = At(quad);
            quad = Before(quad);
            if (Load32(match + best - 3) == last && Load32(match) == bytes)
            {
                int length = Extend(at, match, 4, most);
                if (length > best)
                {
                    best = length;
                    found = match;
                    if (best >= enough)
                    {
                        break;
                    }

                    last = Load32(at + best - 3);
                }
            }

            if (--depth == 0)
            {
                break;
            }
        }

    Done:
        offset = (int)(at - found);
        return best;
    }

    /// <summary>Notes a place, and finds the nearest match of each length.</summary>
    /// <param name="at">The place; every earlier one was noted.</param>
    /// <param name="enough">A match of this length ends the search.</param>
    /// <param name="most">The longest that may be found.</param>
    /// <param name="depth">How many earlier places are looked at.</param>
    /// <param name="matches">Where to, each longer than the one before; there are at most as many as lengths.</param>
    /// <returns>What follows the last of them.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Match* FindAll(byte* at, int enough, int most, int depth, Match* matches)
    {
        if (most < Needed)
        {
            return matches;
        }

        nint place = Note(at, out nint triple, out nint quad);
        nint tooFar = place - Symbols.Window;
        uint bytes = Load32(at);
        if (triple > tooFar && ((Load32(At(triple)) ^ bytes) << 8) == 0)
        {
            *matches++ = new Match(Symbols.MinMatch, (int)(place - triple));
        }

        // A longer match has the same four bytes at the end, which few have, and at the start.
        nint best = Symbols.MinMatch;
        uint last = bytes;
        for (; quad > tooFar; quad = Before(quad))
        {
            byte* match = At(quad);
            if (Load32(match + best - 3) == last && Load32(match) == bytes)
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

                    last = Load32(at + best - 3);
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
            ulong difference = Load64(at + length) ^ Load64(match + length);
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
