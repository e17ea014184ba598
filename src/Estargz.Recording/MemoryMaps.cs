namespace Estargz.Recording;

/// <summary>The files that a process has mapped, /proc/PID/maps.</summary>
internal static class MemoryMaps
{
    /// <summary>Paths in the order of their addresses, some twice; none if the process is gone or another user's.</summary>
    public static IReadOnlyCollection<string> Of(int process)
    {
        var paths = new List<string>();
        try
        {
            foreach (var line in File.ReadLines($"/proc/{process}/maps"))
            {
                // 7f1c-7f1d r--p 00000000 fe:00 1234     /usr/lib/libc.so.6
                int start = line.IndexOf('/', StringComparison.Ordinal);
                if (start > 0 && !line.EndsWith(" (deleted)", StringComparison.Ordinal)
                    && (paths.Count == 0 || !line.AsSpan(start).SequenceEqual(paths[^1])))
                {
                    paths.Add(line[start..]);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile.
        }

        return paths;
    }
}
