using System.Globalization;

namespace Estargz.Recording;

/// <summary>A process, told from a later one with its number by the time of its start.</summary>
/// <param name="Id">Its number.</param>
/// <param name="StartTime">In clock ticks since the machine started (proc(5), stat field 22).</param>
internal readonly record struct RecordedProcess(int Id, ulong StartTime)
{
    /// <summary>All running processes, each with the number of its parent.</summary>
    public static Dictionary<RecordedProcess, int> FindAll()
    {
        var all = new Dictionary<RecordedProcess, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id) && Find(id, out int parent) is { } process)
            {
                all[process] = parent;
            }
        }

        return all;
    }

    /// <summary>Sends it a signal, unless it is gone.</summary>
    public void Signal(int number)
    {
        if (Find(Id, out _) == this)
        {
            _ = LibC.Kill(Id, number);
        }
    }

    /// <summary>
    /// Deletes what a .NET runtime leaves behind when it is killed: the names are those of its diagnostic port and of
    /// its debugger's pipes.
    /// </summary>
    public void DeleteSockets(string temporaryFolder)
    {
        foreach (var name in (string[])[$"dotnet-diagnostic-{Id}-{StartTime}-socket", $"clr-debug-pipe-{Id}-{StartTime}-in", $"clr-debug-pipe-{Id}-{StartTime}-out"])
        {
            try
            {
                File.Delete(Path.Combine(temporaryFolder, name));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another user's folder: nothing of ours.
            }
        }
    }

    /// <summary>The running process with this number, or null.</summary>
    private static RecordedProcess? Find(int id, out int parent)
    {
        parent = 0;
        try
        {
            // The second field is the name in parentheses, with any characters in it.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            parent = int.Parse(fields[1], CultureInfo.InvariantCulture);
            return fields[0] is "Z" or "X" ? null : new RecordedProcess(id, ulong.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
