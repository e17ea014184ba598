namespace Estargz.Recording;

/// <summary>What a process has mapped, /proc/PID/maps.</summary>
internal static class MemoryMaps
{
    /// <summary>The mapped parts of files in the order of their addresses; none if the process is gone or another user's.</summary>
    public static IReadOnlyList<MemoryMap> Of(int process)
    {
        var maps = new List<MemoryMap>();
        try
        {
            foreach (var line in File.ReadLines($"/proc/{process}/maps"))
            {
                if (MemoryMap.Parse(line) is { } map)
                {
                    maps.Add(map);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile.
        }

        return maps;
    }
}
