using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using Estargz.Layers;
using Estargz.Profiles;

namespace Estargz.Recording;

/// <summary>
/// The pages of large files that the app has touched, from the page tables of its processes (/proc/PID/pagemap, which
/// shows them to the process's own user). Unlike the page cache they do not depend on who else uses a file, nor on the
/// disk's read-ahead; the kernel's fault-around makes them blocks of 64 KiB. A file that is read rather than mapped has
/// none.
/// </summary>
internal static class MappedPages
{
    /// <summary>Smaller files are one chunk: 4 MiB.</summary>
    public const long MinSize = 4 << 20;

    private const ulong Present = 1UL << 63, Swapped = 1UL << 62;

    /// <summary>The touched pages of each large file that any of the processes has mapped now.</summary>
    public static ImmutableDictionary<string, TouchedPages> Of(IEnumerable<int> processes) =>
        processes.SelectMany(p => MemoryMaps.Of(p).Select(map => (Process: p, Map: map)))
            .GroupBy(m => m.Map.Path, StringComparer.Ordinal)
            .Where(file => FileStatus.Of(file.Key) is { Size: > MinSize })
            .Select(file => (file.Key, Pages: TouchedPages.Of(file.SelectMany(m => Touched(m.Process, m.Map)))))
            .Where(file => file.Pages is not null)
            .ToImmutableDictionary(file => file.Key, file => file.Pages!, StringComparer.Ordinal);

    /// <summary>One entry of 8 bytes for each page of the address space.</summary>
    private static List<PageRange> Touched(int process, MemoryMap map)
    {
        int system = Environment.SystemPageSize;
        var entries = new byte[map.Length / system * 8];
        try
        {
            using var pagemap = File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/pagemap"));
            RandomAccess.Read(pagemap, entries, map.Start / system * 8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // It ended meanwhile.
        }

        var touched = new List<PageRange>();
        for (int i = 0; i < entries.Length; i += 8)
        {
            if ((BinaryPrimitives.ReadUInt64LittleEndian(entries.AsSpan(i)) & (Present | Swapped)) != 0)
            {
                // The machine's pages may be larger than those of the format.
                long offset = map.Offset + (long)i / 8 * system;
                touched.Add(new PageRange((int)(offset / TouchedPages.PageSize), (int)((offset + system) / TouchedPages.PageSize) - 1));
            }
        }

        return touched;
    }
}
