using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Estargz.Deflate;

/// <summary>
/// Where in the window bytes have occurred: a hash table of four bytes with a chain of the earlier places of each, and a table
/// of three bytes with the last place of each. Places are 16 bits wide, so that all tables (256 KiB) stay in a core's cache;
/// they count from <see cref="_base"/>, which moves on with the window.
/// </summary>
internal abstract unsafe class HashChains
{
    private const int MaxTriplesOrder = 15;
    private const int MaxQuadsOrder = 16;
    private const short Nowhere = short.MinValue;

    /// <summary>The bytes that a place needs from itself on, since the hashes of the next are made with it.</summary>
    protected const int Needed = 5;

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

    protected HashChains()
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
            Note(at++, out _, out _);
        }
        while (--count > 0);
    }

    /// <summary>The byte that a place, or an earlier one in a chain, stands for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected byte* At(nint place) => _base + place;

    /// <summary>The place before one that had the same hash of four bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected nint Before(nint place) => _chains[place & (Symbols.Window - 1)];

    /// <summary>Notes a place; all before it are noted.</summary>
    /// <param name="at">What is there, with <see cref="Needed"/> bytes or more up to the end.</param>
    /// <param name="triple">The last place with the same hash of three bytes.</param>
    /// <param name="quad">The last place with the same hash of four bytes.</param>
    /// <returns>The place. Those that are not less than a window before it are out of reach.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected nint Note(byte* at, out nint triple, out nint quad)
    {
        if (at - _base == Symbols.Window)
        {
            MoveOn();
        }

        nint place = (nint)(at - _base);
        triple = _triples[_nextTriple];
        quad = _quads[_nextQuad];
        _triples[_nextTriple] = (short)place;
        _quads[_nextQuad] = (short)place;
        _chains[place] = (short)quad;
        uint next = Load32(at + 1);
        _nextTriple = Hash(next << 8, _triplesShift);
        _nextQuad = Hash(next, _quadsShift);
        return place;
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
    private static uint Hash(uint bytes, int shift) => (bytes * 0x9E3779B1) >> shift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static uint Load32(byte* at) =>
        BitConverter.IsLittleEndian ? Unsafe.ReadUnaligned<uint>(at) : BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static ulong Load64(byte* at) =>
        BitConverter.IsLittleEndian ? Unsafe.ReadUnaligned<ulong>(at) : BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(at));
}
