using System.Buffers.Text;
using System.Text;

namespace Estargz.Layers;

/// <summary>Reads the map of a sparse file in each of the formats that tar programs write (GNU tar manual, "Sparse Formats").</summary>
internal static class SparseMapReader
{
    /// <summary>Fills a buffer with the next bytes of the archive.</summary>
    public delegate void Fill(Span<byte> buffer);

    private const int PairSize = 24;

    /// <summary>Old GNU format: four pairs in the header, 21 in each block after it.</summary>
    public static SparseMap ReadGnu(ReadOnlySpan<byte> header, long stored, Fill fill)
    {
        var numbers = new List<long>();
        long realSize = ReadNumber(header.Slice(483, 12));
        ReadPairs(header.Slice(386, 4 * PairSize), numbers);
        var block = new byte[TarBlock.Size];
        for (bool more = header[482] != 0; more; more = block[504] != 0)
        {
            Limit(numbers.Count / 2);
            fill(block);
            ReadPairs(block.AsSpan(0, 21 * PairSize), numbers);
        }

        return SparseMap.Create(numbers, realSize, stored);
    }

    /// <summary>Whether records describe a sparse file; 0.0 and 0.1 were written without a version, too.</summary>
    public static bool IsSparse(PaxRecords pax) => (pax.Text("GNU.sparse.major"), pax.Text("GNU.sparse.minor")) switch
    {
        ("0", "0" or "1") or ("1", "0") => true,
        (null, null) => pax.Text("GNU.sparse.map") is not null || pax.SparsePairs.Count > 0,
        _ => false,
    };

    /// <summary>PAX formats 0.0 and 0.1 have the map in records; 1.0 has it in front of the data.</summary>
    public static SparseMap ReadPax(PaxRecords pax, long stored, Fill fill)
    {
        long realSize = pax.Number("GNU.sparse.size") ?? pax.Number("GNU.sparse.realsize") ?? stored;
        if (pax.Text("GNU.sparse.major") == "1")
        {
            var numbers = ReadMapBlocks(fill, out long mapSize);
            return SparseMap.Create(numbers, realSize, stored - mapSize);
        }

        return SparseMap.Create(
            pax.Text("GNU.sparse.map") is { } map ? [.. map.Split(',').Select(n => ParseNumber(Encoding.UTF8.GetBytes(n)))] : pax.SparsePairs,
            realSize,
            stored);
    }

    /// <summary>Decimal numbers, each with a line feed: how many pairs, then the pairs, padded to a whole block.</summary>
    private static List<long> ReadMapBlocks(Fill fill, out long mapSize)
    {
        var numbers = new List<long>();
        var digits = new List<byte>();
        var block = new byte[TarBlock.Size];
        long wanted = 1;
        mapSize = 0;
        while (numbers.Count < wanted)
        {
            fill(block);
            mapSize += block.Length;
            foreach (byte b in block)
            {
                if (numbers.Count == wanted)
                {
                    break;
                }

                if (b != (byte)'\n')
                {
                    digits.Add(b);
                    continue;
                }

                numbers.Add(ParseNumber([.. digits]));
                digits.Clear();
                if (numbers.Count == 1)
                {
                    Limit(numbers[0]);
                    wanted = 1 + (2 * numbers[0]);
                }
            }

            Limit(digits.Count);
        }

        numbers.RemoveAt(0);
        return numbers;
    }

    private static void ReadPairs(ReadOnlySpan<byte> pairs, List<long> numbers)
    {
        for (; pairs.Length >= PairSize && pairs[0] != 0; pairs = pairs[PairSize..])
        {
            numbers.Add(ReadNumber(pairs[..12]));
            numbers.Add(ReadNumber(pairs[12..PairSize]));
        }
    }

    private static long ReadNumber(ReadOnlySpan<byte> field) => TarBlock.ReadNumber(field) ?? throw Invalid();

    private static long ParseNumber(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out long number, out int used) && used == digits.Length && number >= 0 ? number : throw Invalid();

    private static void Limit(long segments)
    {
        if (segments > SparseMap.MaxSegments)
        {
            throw Invalid();
        }
    }

    private static EstargzException Invalid() =>
        new(DiagnosticCode.TarInvalid, "The tar archive has a sparse file whose map is malformed.");
}
