using System.Globalization;
using System.Net;

namespace Estargz.Recording;

/// <summary>
/// The TCP sockets on which processes listen, from /proc (proc(5), proc_net(5)). What a .NET runtime opens for
/// diagnostics is a unix socket, and not among them.
/// </summary>
internal static class ListeningSockets
{
    private const string Listens = "0A";

    /// <summary>Where any of the processes listens now; nothing for one that is gone or another user's.</summary>
    public static HashSet<IPEndPoint> Of(IEnumerable<int> processes) => [.. processes.SelectMany(Of)];

    private static IEnumerable<IPEndPoint> Of(int process)
    {
        try
        {
            // A descriptor is a link to socket:[INODE], and the tables are those of the process's network namespace.
            var own = new DirectoryInfo($"/proc/{process}/fd").EnumerateFiles().Select(file => file.LinkTarget).OfType<string>().ToHashSet(StringComparer.Ordinal);
            string[] tables = [$"/proc/{process}/net/tcp", $"/proc/{process}/net/tcp6"];
            return [.. tables.Where(File.Exists).SelectMany(table => File.ReadLines(table).Skip(1))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(fields => fields[3] == Listens && own.Contains($"socket:[{fields[9]}]"))
                .Select(fields => Parse(fields[1]))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return []; // It ended meanwhile.
        }
    }

    /// <summary>An address in words of 32 bits, each as a number of this machine, and a port: <c>0100007F:1388</c>.</summary>
    private static IPEndPoint Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        var address = text[..colon].Chunk(8).SelectMany(word => BitConverter.GetBytes(uint.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
        return new IPEndPoint(new IPAddress([.. address]), int.Parse(text.AsSpan(colon + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
