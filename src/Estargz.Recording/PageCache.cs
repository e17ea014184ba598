using Microsoft.Win32.SafeHandles;

namespace Estargz.Recording;

/// <summary>What of a file is in memory: mincore(2), posix_fadvise(2). Needs no privilege.</summary>
internal static unsafe class PageCache
{
    private const int DontNeed = 4; // POSIX_FADV_DONTNEED
    private const int ReadOnly = 1, Shared = 1; // PROT_READ, MAP_SHARED

    /// <summary>
    /// Asks the kernel to forget a file. Pages that a process has mapped or that are not written yet stay: look with
    /// <see cref="Resident"/>.
    /// </summary>
    public static void Drop(string path)
    {
        using var file = Open(path);
        if (file is not null)
        {
            _ = LibC.Advise(file, 0, 0, DontNeed);
        }
    }

    /// <summary>
    /// The pages in memory, or null if that cannot be seen. The kernel says "all" about files that this user may
    /// neither write nor own.
    /// </summary>
    public static IReadOnlyList<int>? Resident(string path)
    {
        using var file = Open(path);
        long size = file is null ? 0 : RandomAccess.GetLength(file);
        if (size is 0 or > int.MaxValue)
        {
            return null;
        }

        nint address = LibC.Map(0, (nuint)size, ReadOnly, Shared, file!, 0);
        if (address == -1)
        {
            return null;
        }

        try
        {
            int system = Environment.SystemPageSize;
            var resident = new byte[(size + system - 1) / system];
            fixed (byte* start = resident)
            {
                return LibC.MinCore(address, (nuint)size, start) == 0 ? Numbers(resident, system, size) : null;
            }
        }
        finally
        {
            _ = LibC.Unmap(address, (nuint)size);
        }
    }

    /// <summary>The machine's pages may be larger than ours.</summary>
    private static List<int> Numbers(byte[] resident, int system, long size)
    {
        int count = (int)((size + TouchedPages.PageSize - 1) / TouchedPages.PageSize);
        return [.. Enumerable.Range(0, count).Where(page => (resident[(long)page * TouchedPages.PageSize / system] & 1) != 0)];
    }

    private static SafeFileHandle? Open(string path)
    {
        try
        {
            return File.OpenHandle(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
