using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Estargz.Profiles;

/// <summary>Reads bytes of a file from an offset on.</summary>
/// <param name="offset">Where in the file, in bytes.</param>
/// <param name="buffer">What to fill.</param>
public delegate void ReadBytes(long offset, Span<byte> buffer);

/// <summary>
/// ICU's data as shared libraries hold it: 30 MB, of which .NET reads a few items when it starts. Where those are differs
/// from version to version, but every version has a table of them (ICU user guide, "ICU Data"; format <c>CmnD</c>).
/// </summary>
/// <remarks>
/// Header, at a multiple of 16: its size (2 bytes), <c>da 27</c>, size of the information that follows (2), reserved (2),
/// big endian (1), character set (1), size of a character (1), reserved (1), <c>CmnD</c> (4). Behind the header, whose
/// size counts: number of items (4), and of each the offsets of its name and of its data (4 each), from there on.
/// </remarks>
public static class IcuData
{
    /// <summary>The header stands right behind what a linker puts first.</summary>
    private const int SearchSize = 1 << 20;

    private const int MaxItems = 1 << 16;
    private const int MaxNames = 4 << 20;

    /// <summary>Items up to this many bytes are read anywhere; of larger ones only the start and the end are.</summary>
    private const int SmallItem = 256 << 10;

    private const int ItemStart = 16 << 10, ItemEnd = 96 << 10;

    /// <summary>Items are looked for all over the table; the kernel takes that for reading it through, and reads on.</summary>
    private const int BehindTable = 128 << 10;

    /// <summary>
    /// What .NET 10 reads of ICU 72 until a web app answers, without a locale and with that of the United States; found
    /// by recording which pages are touched.
    /// </summary>
    private static readonly ImmutableHashSet<string> s_items = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        "coll/ucadata.icu", "supplementalData.res", "uts46.nrm", "root.res", "pool.res", "en.res", "en_US.res", "numberingSystems.res",
        "curr/root.res", "curr/pool.res", "curr/en.res", "curr/supplementalData.res");

    /// <summary>Whether a name is that of the library with the data.</summary>
    public static bool IsName(string name) => Path.GetFileName(name).StartsWith("libicudata.so", StringComparison.Ordinal);

    /// <summary>The pages that .NET reads when it starts.</summary>
    /// <param name="size">The size of the library in bytes.</param>
    /// <param name="read">Reads it; at most 6 MiB are read.</param>
    /// <returns>Null where the library is not of the known form.</returns>
    public static TouchedPages? StartupPages(long size, ReadBytes read)
    {
        var start = Read(0, (int)Math.Min(size, SearchSize));
        return FindTable(start) is var (table, bigEndian) && ReadItems(table, bigEndian) is { } items ? PagesOf(items) : null;

        TouchedPages? PagesOf((string Name, long Start, long End)[] items)
        {
            var ranges = items.Where(item => s_items.Contains(item.Name)).SelectMany(item => item.End - item.Start <= SmallItem
                ? [Pages(item.Start, item.End)]
                : new[] { Pages(item.Start, item.Start + ItemStart), Pages(item.End - ItemEnd, item.End) }).ToArray();

            // The loader reads the library's ends, and items are looked for in the table.
            return ranges.Length == 0 ? null : TouchedPages.Of([Pages(0, Math.Min(size, items[0].Start + BehindTable)), .. ranges, Pages(size - 1, size)]);
        }

        (string, long, long)[]? ReadItems(long table, bool bigEndian)
        {
            long count = Number(Read(table, 4), 0, bigEndian);
            if (count is 0 or > MaxItems || table + 4 + (8 * count) > size)
            {
                return null;
            }

            // The names stand between the table and the first item.
            var offsets = Read(table + 4, (int)(8 * count));
            long first = Number(offsets, 4, bigEndian);
            if (first > MaxNames || table + first > size)
            {
                return null;
            }

            var names = Read(table, (int)first);
            var items = new (string, long, long)[count];
            for (int i = 0; i < count; i++)
            {
                long name = Number(offsets, 8 * i, bigEndian);
                long data = Number(offsets, (8 * i) + 4, bigEndian);
                long end = i + 1 < count ? Number(offsets, (8 * i) + 12, bigEndian) : size - table;
                int length = name < first ? names.AsSpan((int)name).IndexOf((byte)0) : -1;
                if (length < 0 || end <= data || table + end > size)
                {
                    return null;
                }

                // icudt72l/en.res: package, then item.
                var text = Encoding.Latin1.GetString(names, (int)name, length);
                items[i] = (text[(text.IndexOf('/') + 1)..], table + data, table + end);
            }

            return items;
        }

        byte[] Read(long offset, int count)
        {
            var bytes = new byte[Math.Clamp(size - offset, 0, count)];
            read(offset, bytes);
            return bytes;
        }
    }

    private static (long Table, bool BigEndian)? FindTable(byte[] start)
    {
        for (int at = 0; at + 24 <= start.Length; at += 16)
        {
            if (start[at + 2] == 0xda && start[at + 3] == 0x27 && start.AsSpan(at + 12, 4).SequenceEqual("CmnD"u8) && start[at + 8] <= 1)
            {
                bool bigEndian = start[at + 8] == 1;
                return (at + (bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(start.AsSpan(at)) : BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(at))), bigEndian);
            }
        }

        return null;
    }

    private static long Number(ReadOnlySpan<byte> bytes, int offset, bool bigEndian) =>
        bytes.Length < offset + 4 ? 0
        : bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes[offset..])
        : BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    private static PageRange Pages(long start, long end) =>
        new((int)(start / TouchedPages.PageSize), (int)((end - 1) / TouchedPages.PageSize));
}
