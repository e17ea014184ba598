using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Estargz.Recording;

/// <summary>The files that strace(1) saw opened and executed.</summary>
internal static partial class StraceLog
{
    /// <summary>
    /// Arguments before those of the app: with a tracer that is no parent (<c>-D</c>), so that the app is the process
    /// that is started; with children, time stamps and the real paths of what was opened (<c>-y</c>).
    /// </summary>
    public static string[] Arguments(string log) =>
        ["-D", "-f", "-qq", "-ttt", "-y", "-s", "4096", "-e", "trace=open,openat,openat2,execve", "-e", "signal=none", "-o", log, "--"];

    /// <summary>Where strace is; null if it is not on PATH.</summary>
    public static string? FindProgram() => Executable.Find("strace");

    /// <summary>Reads a log; lines that are not understood, such as the last one of a killed strace, are passed over.</summary>
    public static void Read(string path, AccessLog log)
    {
        foreach (var line in File.ReadLines(path, Encoding.Latin1))
        {
            var match = Line().Match(line);
            if (match.Success && double.TryParse(match.Groups["time"].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds))
            {
                log.Add(Unescape(match.Groups["path"].Value), DateTime.UnixEpoch.AddSeconds(seconds));
            }
        }
    }

    /// <summary>Bytes that are not printable are octal, or a letter after a backslash.</summary>
    private static string Unescape(string text)
    {
        var bytes = Escape().Replace(text, e => e.Value[1] switch
        {
            >= '0' and <= '7' => ((char)Convert.ToInt32(e.Value[1..], 8)).ToString(),
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            'v' => "\v",
            'f' => "\f",
            var other => other.ToString(),
        });
        return Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));
    }

    // 123 1700000000.000001 openat(AT_FDCWD</app>, "x", O_RDONLY) = 3</app/x>    or    <... openat resumed>) = 3</app/x>
    // 123 1700000000.000001 execve("/usr/bin/dotnet", ["dotnet", "x.dll"], 0x7ffd /* 20 vars */) = 0
    [GeneratedRegex("""\A\d+ +(?<time>\d+\.\d+) (?:(?:<\.\.\. )?open(?:at2?)?[( ].* = \d+<(?<path>/.*)>|execve\("(?<path>/(?:[^"\\]|\\.)*)".*)\z""")]
    private static partial Regex Line();

    [GeneratedRegex(@"\\(?:[0-7]{1,3}|.)")]
    private static partial Regex Escape();
}
