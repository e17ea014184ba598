using System.Runtime.CompilerServices;

namespace Estargz.Deflate;

/// <summary>A prefix code for the symbols of one alphabet, made for how often each occurs (RFC 1951, 3.2.2).</summary>
internal sealed class HuffmanCode
{
    private const int MaxBits = 15;

    private readonly int _maxLength;
    private uint[] _sorted;
    private uint[] _nodes;

    /// <param name="symbols">The size of the alphabet.</param>
    /// <param name="maxLength">The longest codeword in bits.</param>
    public HuffmanCode(int symbols, int maxLength)
    {
        _maxLength = maxLength;
        _sorted = new uint[symbols];
        _nodes = new uint[symbols];
        Lengths = new byte[symbols];
        Codewords = new ushort[symbols];
    }

    /// <summary>The bits of each symbol's codeword; 0 for one that has none.</summary>
    public byte[] Lengths { get; }

    /// <summary>The codewords, their first bit lowest, as they are written.</summary>
    public ushort[] Codewords { get; }

    /// <summary>Makes the code that takes the fewest bits. It has two codewords at least, since some decoders want them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Build(ReadOnlySpan<int> frequencies)
    {
        var lengths = Lengths.AsSpan();
        lengths.Clear();
        int used = Sort(frequencies);
        if (used < 2)
        {
            int only = used == 0 ? 0 : (int)(_sorted[0] & 0x3ff);
            lengths[only] = 1;
            lengths[only == 0 ? 1 : 0] = 1;
        }
        else
        {
            Span<int> counts = stackalloc int[MaxBits + 1];
            CountLengths(used, counts);
            int next = 0;
            for (int length = _maxLength; length > 0; length--)
            {
                for (int i = 0; i < counts[length]; i++)
                {
                    lengths[(int)(_sorted[next++] & 0x3ff)] = (byte)length;
                }
            }
        }

        AssignCodewords();
    }

    /// <summary>Takes lengths that are given, like those of the fixed code.</summary>
    public void Assign(ReadOnlySpan<byte> lengths)
    {
        lengths.CopyTo(Lengths);
        AssignCodewords();
    }

    /// <summary>The bits that so many symbols take, without what follows them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public long CostOf(ReadOnlySpan<int> frequencies)
    {
        long bits = 0;
        for (int i = 0; i < frequencies.Length; i++)
        {
            bits += (long)frequencies[i] * Lengths[i];
        }

        return bits;
    }

    /// <summary>Sorts the symbols that occur, the rarest first; of equals, the lower symbol. A node: frequency, then symbol in ten bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Sort(ReadOnlySpan<int> frequencies)
    {
        int used = 0;
        uint most = 0;
        for (int symbol = 0; symbol < frequencies.Length; symbol++)
        {
            uint frequency = (uint)frequencies[symbol];
            if (frequency > 0)
            {
                _sorted[used++] = (frequency << 10) | (uint)symbol;
                most = Math.Max(most, frequency);
            }
        }

        // By one byte of the frequency after the other, the lowest first; in short blocks there is only one.
        Span<int> places = stackalloc int[256];
        for (int shift = 10; most > 0; shift += 8, most >>= 8)
        {
            places.Clear();
            foreach (uint node in _sorted.AsSpan(0, used))
            {
                places[(byte)(node >> shift)]++;
            }

            int place = 0;
            for (int value = 0; value < places.Length; value++)
            {
                (places[value], place) = (place, place + places[value]);
            }

            foreach (uint node in _sorted.AsSpan(0, used))
            {
                _nodes[places[(byte)(node >> shift)]++] = node;
            }

            (_sorted, _nodes) = (_nodes, _sorted);
        }

        return used;
    }

    /// <summary>Counts how many codewords have each length. The tree is made in the array of its inner nodes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountLengths(int used, Span<int> counts)
    {
        // First the tree: an inner node is made of the two rarest nodes left, and becomes their parent's number.
        var nodes = _nodes.AsSpan(0, used);
        int leaf = 0, inner = 0;
        for (int made = 0; made < used - 1; made++)
        {
            uint sum = 0;
            for (int child = 0; child < 2; child++)
            {
                if (leaf < used && (inner >= made || _sorted[leaf] >> 10 <= nodes[inner]))
                {
                    sum += _sorted[leaf++] >> 10;
                }
                else
                {
                    sum += nodes[inner];
                    nodes[inner++] = (uint)made;
                }
            }

            nodes[made] = sum;
        }

        // Then depths from the root on; a leaf too deep is put at the limit, and what that takes too much is given back.
        counts.Clear();
        nodes[used - 2] = 0;
        counts[1] = 2;
        for (int node = used - 3; node >= 0; node--)
        {
            int depth = (int)nodes[(int)nodes[node]] + 1;
            nodes[node] = (uint)depth;

            // This inner node takes the place of a leaf of its depth, or of the deepest one that there still is.
            depth = Math.Min(depth, _maxLength - 1);
            while (counts[depth] == 0)
            {
                depth--;
            }

            counts[depth]--;
            counts[depth + 1] += 2;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AssignCodewords()
    {
        Span<int> counts = stackalloc int[MaxBits + 1];
        counts.Clear();
        foreach (byte length in Lengths)
        {
            counts[length]++;
        }

        Span<int> next = stackalloc int[MaxBits + 2];
        next[0] = next[1] = 0;
        for (int length = 1; length <= MaxBits; length++)
        {
            next[length + 1] = (next[length] + counts[length]) << 1;
        }

        for (int symbol = 0; symbol < Lengths.Length; symbol++)
        {
            int length = Lengths[symbol];
            if (length > 0)
            {
                Codewords[symbol] = (ushort)(Reverse16((uint)next[length]++) >> (16 - length));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Reverse16(uint value)
    {
        value = ((value >> 1) & 0x5555) | ((value & 0x5555) << 1);
        value = ((value >> 2) & 0x3333) | ((value & 0x3333) << 2);
        value = ((value >> 4) & 0x0f0f) | ((value & 0x0f0f) << 4);
        return ((value >> 8) & 0x00ff) | ((value & 0x00ff) << 8);
    }
}
