using System.Globalization;

namespace Estargz.Recording;

/// <summary>A part of a file that a process has mapped, a line of /proc/PID/maps.</summary>
/// <param name="Path">The file's real path.</param>
/// <param name="Start">Where it is in memory, in bytes.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Offset">Where it is in the file, in bytes.</param>
internal readonly record struct MemoryMap(string Path, long Start, long Length, long Offset)
{
    /// <summary>Reads a line such as <c>7f1c000-7f1d000 r--p 00001000 fe:00 1234     /usr/lib/libc.so.6</c>.</summary>
    /// <returns>Null if it is not a file, or one that has been deleted.</returns>
    public static MemoryMap? Parse(string line)
    {
        int path = line.IndexOf('/', StringComparison.Ordinal);
        if (path < 0 || line.EndsWith(" (deleted)", StringComparison.Ordinal))
        {
            return null;
        }

        int dash = line.IndexOf('-', StringComparison.Ordinal), blank = line.IndexOf(' ', StringComparison.Ordinal);
        long start = Number(line.AsSpan(0, dash));
        // Permissions have four letters.
        var offset = line.AsSpan(blank + 6);
        return new MemoryMap(line[path..], start, Number(line.AsSpan(dash + 1, blank - dash - 1)) - start, Number(offset[..offset.IndexOf(' ')]));
    }

    private static long Number(ReadOnlySpan<char> hexadecimal) => long.Parse(hexadecimal, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
