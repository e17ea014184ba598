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
/// <remarks>A struct, and no method that is not inlined takes it by reference: so a loop's own copy lives in registers.</remarks>
internal unsafe struct HashChains
{
    private const int MaxTriplesOrder = 15;
    private const int MaxQuadsOrder = 16;
    private const short Nowhere = short.MinValue;

    /// <summary>The bytes that a place needs from itself on, since the hashes of the next are made with it.</summary>
    public const int Needed = 5;

    // One array, so that one register leads to all tables: the chains come first.
    private const int Triples = Symbols.Window;
    private const int Quads = Triples + (1 << MaxTriplesOrder);
    private const int Length = Quads + (1 << MaxQuadsOrder);

    private readonly short* _tables;
    private readonly int _triplesShift;
    private readonly int _quadsShift;
    private readonly byte* _end;
    private byte* _base;
    private nuint _nextTriple;
    private nuint _nextQuad;

    /// <summary>Begins with content, which does not move meanwhile. Short content gets small tables, which are cleared sooner.</summary>
    /// <param name="tables">From <see cref="Allocate"/>, of no other content now.</param>
    /// <param name="start">Where the content begins.</param>
    /// <param name="end">Where it ends.</param>
    public HashChains(short[] tables, byte* start, byte* end)
    {
        _tables = (short*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(tables));
        _base = start;
        _end = end;
        int order = Math.Max(8, 32 - BitOperations.LeadingZeroCount((uint)(end - start)));
        _triplesShift = 32 - Math.Min(order, MaxTriplesOrder);
        _quadsShift = 32 - Math.Min(order, MaxQuadsOrder);
        Clear(_tables + Triples, 1 << (32 - _triplesShift));
        Clear(_tables + Quads, 1 << (32 - _quadsShift));
        if (end - start >= Needed)
        {
            Expect(Load32(start));
        }
    }

    /// <summary>The tables, which stay where they are and can be used for one content after the other.</summary>
    public static short[] Allocate() => GC.AllocateUninitializedArray<short>(Length, pinned: true);

    /// <summary>Whether so many places from one on have <see cref="Needed"/> bytes or more up to the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool HasRoom(byte* at, int count) => _end - at >= count + Needed;

    /// <summary>Notes some places without looking for matches, where there is room for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(byte* at, int count)
    {
        do
        {
            Put(Place(at), at);
            at++;
        }
        while (--count > 0);
    }

    /// <summary>The byte that a place, or an earlier one in a chain, stands for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly byte* At(nint place) => _base + place;

    /// <summary>The place before one that had the same hash of four bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly nint Before(nint place) => _tables[place & (Symbols.Window - 1)];

    /// <summary>Notes a place; all before it are noted.</summary>
    /// <param name="at">What is there, with <see cref="Needed"/> bytes or more up to the end.</param>
    /// <param name="triple">The last place with the same hash of three bytes.</param>
    /// <param name="quad">The last place with the same hash of four bytes.</param>
    /// <returns>The place. Those that are not less than a window before it are out of reach.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Note(byte* at, out nint triple, out nint quad)
    {
        nint place = Place(at);
        triple = _tables[Triples + _nextTriple];
        quad = Put(place, at);
        return place;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private nint Put(nint place, byte* at)
    {
        nint quad = _tables[Quads + _nextQuad];
        _tables[Triples + _nextTriple] = (short)place;
        _tables[Quads + _nextQuad] = (short)place;
        _tables[place] = (short)quad;
        Expect(Load32(at + 1));
        return quad;
    }

    /// <summary>Makes the hashes of what is noted next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Expect(uint bytes)
    {
        _nextTriple = Hash(bytes << 8, _triplesShift);
        _nextQuad = Hash(bytes, _quadsShift);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private nint Place(byte* at)
    {
        if (at - _base == Symbols.Window)
        {
            _base += Symbols.Window;
            MoveOn(_tables, 1 << (32 - _triplesShift), 1 << (32 - _quadsShift));
        }

        return (nint)(at - _base);
    }

    /// <summary>Lets places count from a window further on; those that fall out of it are nowhere.</summary>
    private static void MoveOn(short* tables, int triples, int quads)
    {
        Move(tables, Symbols.Window);
        Move(tables + Triples, triples);
        Move(tables + Quads, quads);
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
    private static nuint Hash(uint bytes, int shift) => (bytes * 0x9E3779B1) >> shift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Load32(byte* at) =>
        BitConverter.IsLittleEndian ? Unsafe.ReadUnaligned<uint>(at) : BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load64(byte* at) =>
        BitConverter.IsLittleEndian ? Unsafe.ReadUnaligned<ulong>(at) : BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(at));
}
