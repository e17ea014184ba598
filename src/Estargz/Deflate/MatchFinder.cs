using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Estargz.Deflate;

/// <summary>
/// Finds where the window has the same bytes already: a hash table of four bytes with a chain of the earlier places of each,
/// and a table of three bytes with the last place of each. Places are 16 bits wide, so that all tables (256 KiB) stay in a
/// core's cache; they count from <see cref="_base"/>, which moves on with the window.
/// </summary>
internal sealed unsafe class MatchFinder
{
    private const int MaxTriplesOrder = 15;
    private const int MaxQuadsOrder = 16;
    private const short Nowhere = short.MinValue;

    /// <summary>The bytes that a place needs from itself on, since the hashes of the next are made with it.</summary>
    private const int Needed = 5;

    private readonly short[] _triplesArray = GC.AllocateUninitializedArray<short>(1 << MaxTriplesOrder, pinned: true);
    private readonly short[] _quadsArray = GC.AllocateUninitializedArray<short>(1 << MaxQuadsOrder, pinned: true);
    private readonly short[] _chainsArray = GC.AllocateUninitializedArray<short>(Symbols.Window, pinned: true);
    private readonly short* _triples;
    private readonly short* _quads;
    private readonly short* _chains;
    private int _triplesShift;
    private int _quadsShift;
    private byte* _base;
    private byte* _end;
    private uint _nextTriple;
    private uint _nextQuad;

    public MatchFinder()
    {
        _triples = (short*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_triplesArray));
        _quads = (short*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_quadsArray));
        _chains = (short*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_chainsArray));
    }

    /// <summary>Begins with other content, which does not move meanwhile. Short content gets small tables, which are cleared sooner.</summary>
    public void Begin(byte* start, byte* end)
    {
        _base = start;
        _end = end;
        int order = Math.Max(8, 32 - BitOperations.LeadingZeroCount((uint)(end - start)));
        _triplesShift = 32 - Math.Min(order, MaxTriplesOrder);
        _quadsShift = 32 - Math.Min(order, MaxQuadsOrder);
        Clear(_triples, 1 << (32 - _triplesShift));
        Clear(_quads, 1 << (32 - _quadsShift));
        if (end - start >= Needed)
        {
            uint first = Load32(start);
            _nextTriple = Hash(first << 8, _triplesShift);
            _nextQuad = Hash(first, _quadsShift);
        }
    }

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

        nint place = Place(at);
        byte* start = _base;
        short* chains = _chains;
        nint tooFar = place - Symbols.Window;
        uint bytes = Load32(at);
        nint triple = _triples[_nextTriple];
        nint quad = _quads[_nextQuad];
        Note(at, place, quad);
        int best = least;
        byte* found = at;
        if (best < 4)
        {
            if (best < 3 && triple > tooFar && ((Load32(start + triple) ^ bytes) << 8) == 0)
            {
                best = 3;
                found = start + triple;
            }

            // Most places have no longer match, and one comparison tells.
            while (true)
            {
                if (quad <= tooFar)
                {
                    goto Done;
                }

                byte* match = start + quad;
                quad = chains[quad & (Symbols.Window - 1)];
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
            byte* match = start + quad;
            quad = chains[quad & (Symbols.Window - 1)];
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

        nint place = Place(at);
        byte* start = _base;
        short* chains = _chains;
        nint tooFar = place - Symbols.Window;
        uint bytes = Load32(at);
        nint triple = _triples[_nextTriple];
        nint quad = _quads[_nextQuad];
        Note(at, place, quad);
        if (triple > tooFar && ((Load32(start + triple) ^ bytes) << 8) == 0)
        {
            *matches++ = new Match(Symbols.MinMatch, (int)(place - triple));
        }

        // A longer match has the same four bytes at the end, which few have, and at the start.
        nint best = Symbols.MinMatch;
        uint last = bytes;
        for (; quad > tooFar; quad = chains[quad & (Symbols.Window - 1)])
        {
            byte* match = start + quad;
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

    /// <summary>Notes some places without looking for matches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(byte* at, int count)
    {
        if (_end - at < count + Needed)
        {
            return;
        }

        do
        {
            nint place = Place(at);
            Note(at, place, _quads[_nextQuad]);
            at++;
        }
        while (--count > 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private nint Place(byte* at)
    {
        if (at - _base == Symbols.Window)
        {
            MoveOn();
        }

        return (nint)(at - _base);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Note(byte* at, nint place, nint quad)
    {
        _triples[_nextTriple] = (short)place;
        _quads[_nextQuad] = (short)place;
        _chains[place] = (short)quad;
        uint next = Load32(at + 1);
        _nextTriple = Hash(next << 8, _triplesShift);
        _nextQuad = Hash(next, _quadsShift);
    }

    /// <summary>Lets places count from a window further on; those that fall out of it are nowhere.</summary>
    private void MoveOn()
    {
        _base += Symbols.Window;
        Move(_triples, 1 << (32 - _triplesShift));
        Move(_quads, 1 << (32 - _quadsShift));
        Move(_chains, Symbols.Window);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Clear(short* places, int count)
    {
        for (int i = 0; i < count; i += Vector128<short>.Count)
        {
            Vector128.Create(Nowhere).Store(places + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move(short* places, int count)
    {
        for (int i = 0; i < count; i += Vector128<short>.Count)
        {
            // 0 to 32,767 become -32,768 to -1; what is less is nowhere.
            (Vector128.Max(Vector128.Load(places + i), Vector128<short>.Zero) | Vector128.Create(Nowhere)).Store(places + i);
        }
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(uint bytes, int shift) => (bytes * 0x9E3779B1) >> shift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Load32(byte* at) =>
        BitConverter.IsLittleEndian ? Unsafe.ReadUnaligned<uint>(at) : BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Load64(byte* at) =>
        BitConverter.IsLittleEndian ? Unsafe.ReadUnaligned<ulong>(at) : BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(at));
}
