using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Estargz.Deflate;

/// <summary>
/// Bits in the order of RFC 1951, 3.1.1, the lowest first. Up to 63 are held back; whoever adds calls <see cref="Flush"/>
/// before they could be more, after which there are at most 7.
/// </summary>
/// <param name="output">Where to; 8 bytes longer than what is written.</param>
/// <param name="held">The bits that earlier ones left.</param>
/// <param name="heldCount">How many.</param>
internal ref struct BitWriter(Span<byte> output, ulong held, int heldCount)
{
    private readonly ref byte _output = ref MemoryMarshal.GetReference(output);
    private nint _length;

    /// <summary>Bits that are not written yet.</summary>
    public ulong Held { get; private set; } = held;

    /// <summary>How many they are.</summary>
    public int HeldCount { get; private set; } = heldCount;

    /// <summary>The bytes written.</summary>
    public readonly int Length => (int)_length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ulong bits, int count)
    {
        Held |= bits << HeldCount;
        HeldCount += count;
    }

    /// <summary>Writes whole bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Flush()
    {
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref _output, _length), BitConverter.IsLittleEndian ? Held : BinaryPrimitives.ReverseEndianness(Held));
        int bytes = HeldCount >> 3;
        _length += bytes;
        Held >>= bytes << 3;
        HeldCount &= 7;
    }
}
