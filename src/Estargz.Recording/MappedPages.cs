using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
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

    /// <summary>
    /// A larger map is of a file that is a data store rather than a program; its page table alone would take long to read.
    /// Such a file has no pages: assume all of it.
    /// </summary>
    private const long MaxMap = 4L << 30;

    private const int EntrySize = 8, EntriesAtOnce = 8192;

    private const ulong Present = 1UL << 63, Swapped = 1UL << 62;

    /// <summary>
    /// The touched pages of each large file that any of the processes has mapped now; but of none that is a .NET app in one
    /// file: the runtime maps each compressed assembly in there, unpacks it, and unmaps it again.
    /// </summary>
    public static ImmutableDictionary<string, TouchedPages> Of(IReadOnlyCollection<int> processes) =>
        processes.SelectMany(p => MemoryMaps.Of(p).Select(map => (Process: p, Map: map)))
            .GroupBy(m => m.Map.Path, StringComparer.Ordinal)
            .Where(file => file.All(m => m.Map.Length <= MaxMap) && FileStatus.Of(file.Key) is { Size: > MinSize })
            .Where(file => !processes.Any(p => Program(p) == file.Key) || !IsSingleFile(file.Key))
            .Select(file => (file.Key, Pages: TouchedPages.Of(file.SelectMany(m => Touched(m.Process, m.Map)))))
            .Where(file => file.Pages is not null)
            .ToImmutableDictionary(file => file.Key, file => file.Pages!, StringComparer.Ordinal);

    /// <summary>What a process runs, by the name that it has among the maps; null if it is gone.</summary>
    private static string? Program(int process)
    {
        try
        {
            return File.ResolveLinkTarget(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/exe"), returnFinalTarget: false)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsSingleFile(string program)
    {
        try
        {
            return AppShape.Read(Path.GetDirectoryName(program)!, Path.GetFileName(program), RuntimeInformation.RuntimeIdentifier).Kind == AppKind.SingleFile;
        }
        catch (Exception e) when (e is EstargzException or IOException or UnauthorizedAccessException)
        {
            return false; // It may be run but not read.
        }
    }

    /// <summary>One entry of 8 bytes for each page of the address space.</summary>
    private static List<PageRange> Touched(int process, MemoryMap map)
    {
        int system = Environment.SystemPageSize;
        var touched = new List<PageRange>();
        try
        {
            using var pagemap = File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/pagemap"));
            var buffer = new byte[EntriesAtOnce * EntrySize];
            for (long page = 0; page < map.Length / system; page += EntriesAtOnce)
            {
                var entries = buffer.AsSpan(0, (int)Math.Min(EntriesAtOnce, (map.Length / system) - page) * EntrySize);
                entries = entries[..RandomAccess.Read(pagemap, entries, ((map.Start / system) + page) * EntrySize)];
                for (int i = 0; i + EntrySize <= entries.Length; i += EntrySize)
                {
                    if ((BinaryPrimitives.ReadUInt64LittleEndian(entries[i..]) & (Present | Swapped)) != 0)
                    {
                        // The machine's pages may be larger than those of the format.
                        long offset = map.Offset + ((page + (i / EntrySize)) * system);
                        touched.Add(new PageRange((int)(offset / TouchedPages.PageSize), (int)((offset + system) / TouchedPages.PageSize) - 1));
                    }
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // It ended meanwhile.
        }

        return touched;
    }
}
