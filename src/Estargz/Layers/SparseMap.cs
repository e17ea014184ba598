using System.Collections.Immutable;

namespace Estargz.Layers;

/// <summary>Where the data of a sparse file is; everything else of it is zeros.</summary>
/// <remarks>
/// A TOC cannot say "hole": a lazy client reads each byte of a file from a chunk. So a sparse file becomes an ordinary
/// one in a converted layer, equal byte for byte, and its zeros compress to almost nothing.
/// </remarks>
/// <param name="Segments">Offset in the file and length of each piece of data, ascending.</param>
/// <param name="RealSize">The size of the file in bytes.</param>
internal sealed record SparseMap(ImmutableArray<(long Offset, long Length)> Segments, long RealSize)
{
    /// <summary>More segments than any file has: a limit against malicious input.</summary>
    public const int MaxSegments = 1 << 20;

    /// <summary>Makes a map of a flat list of offsets and lengths.</summary>
    /// <param name="numbers">Offset, length, offset, length, ...</param>
    /// <param name="realSize">The size of the file in bytes.</param>
    /// <param name="stored">The number of data bytes in the archive.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.TarInvalid"/>.</exception>
    public static SparseMap Create(IReadOnlyList<long> numbers, long realSize, long stored)
    {
        var segments = ImmutableArray.CreateBuilder<(long, long)>(numbers.Count / 2);
        if (realSize < 0 || numbers.Count % 2 != 0)
        {
            throw Invalid();
        }

        long end = 0, sum = 0;
        for (int i = 0; i < numbers.Count; i += 2)
        {
            var (offset, length) = (numbers[i], numbers[i + 1]);
            if (offset < end || length < 0 || length > realSize - offset)
            {
                throw Invalid();
            }

            end = offset + length;
            sum += length;
            if (length > 0)
            {
                segments.Add((offset, length));
            }
        }

        return sum > stored ? throw Invalid() : new SparseMap(segments.DrainToImmutable(), realSize);
    }

    /// <summary>The whole file, over the data that the archive holds.</summary>
    public ByteSource Expand(ByteSource data) => new Expanded(this, data);

    private static EstargzException Invalid() =>
        new(DiagnosticCode.TarInvalid, "The tar archive has a sparse file whose map contradicts itself.");

    private sealed class Expanded : ByteSource
    {
        private readonly SparseMap _map;
        private readonly ByteSource _data;
        private readonly long[] _starts;
        private readonly long[] _dataOffsets;

        public Expanded(SparseMap map, ByteSource data)
        {
            (_map, _data) = (map, data);
            _starts = [.. map.Segments.Select(s => s.Offset)];
            _dataOffsets = new long[map.Segments.Length];
            for (int i = 1; i < _dataOffsets.Length; i++)
            {
                _dataOffsets[i] = _dataOffsets[i - 1] + map.Segments[i - 1].Length;
            }
        }

        public override long Length => _map.RealSize;

        public override void Read(long offset, Span<byte> buffer)
        {
            buffer.Clear();
            int i = Array.BinarySearch(_starts, offset);
            for (i = i < 0 ? Math.Max(0, ~i - 1) : i; i < _starts.Length && _starts[i] < offset + buffer.Length; i++)
            {
                var (start, length) = _map.Segments[i];
                long from = Math.Max(start, offset);
                long to = Math.Min(start + length, offset + buffer.Length);
                if (from < to)
                {
                    _data.Read(_dataOffsets[i] + (from - start), buffer[(int)(from - offset)..(int)(to - offset)]);
                }
            }
        }
    }
}
