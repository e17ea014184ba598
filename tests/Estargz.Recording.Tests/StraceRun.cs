using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Estargz.Recording.Tests;

/// <summary>
/// What strace sees of the start of the same app, without the recorder: the files that were opened, in order. Its log
/// is read here in another way than the recorder does.
/// </summary>
internal static class StraceRun
{
    public static async Task<IReadOnlyList<string>> FilesAsync(RecordingRequest request, string appFolder)
    {
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo("strace", ["-f", "-e", "trace=openat,open", "-o", folder["log"], request.FileName, .. request.Arguments])
        {
            WorkingDirectory = appFolder,
            RedirectStandardOutput = true,
        };
        start.Environment["HOME"] = request.Environment["HOME"];
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        using var strace = Process.Start(start)!;
        try
        {
            while (await strace.StandardOutput.ReadLineAsync() is { } line)
            {
                if (line.Split("Now listening on: ") is [_, var address])
                {
                    using var client = new HttpClient();
                    await client.GetStringAsync(new Uri(address.Trim()));
                    break;
                }

                if (line.Contains("Application started", StringComparison.Ordinal))
                {
                    break;
                }
            }

            var log = await File.ReadAllLinesAsync(folder["log"]);
            return [.. log.SelectMany(line => Regex.Matches(line, "\"(/[^\"]*)\", O_[A-Z|_]*").Select(m => m.Groups[1].Value))
                .Select(path => RealPath.Of(path)).OfType<string>().Where(File.Exists).Distinct()];
        }
        finally
        {
            strace.Kill(entireProcessTree: true);
            await strace.WaitForExitAsync();
        }
    }
}
