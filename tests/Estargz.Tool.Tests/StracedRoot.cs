using System.Diagnostics;
using System.Text.RegularExpressions;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.Tool.Tests;

/// <summary>What strace sees of the start of a web app in its image, which umoci has unpacked: no code of ours takes part.</summary>
internal static class StracedRoot
{
    private const string Enter = """
        mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && exec env -i PATH=/usr/bin ASPNETCORE_URLS=http://127.0.0.1:0 \
          DOTNET_RUNNING_IN_CONTAINER=true unshare --root="$1" --wd=/app --setgid="$2" --setuid="$2" -- dotnet app.dll
        """;

    /// <summary>The files of the app and of .NET that it opens until its first answer, each once.</summary>
    /// <param name="image">Reference of the image.</param>
    /// <param name="user">The number of its user and group.</param>
    public static async Task<IReadOnlyCollection<string>> FilesAsync(string image, int user)
    {
        using var folder = new TemporaryFolder();
        await Skopeo.PullAsync(image, folder["oci"] + ":1");
        var root = await Umoci.UnpackAsync(folder["oci"] + ":1", folder["bundle"]);
        foreach (var name in (string[])["proc", "dev"])
        {
            Directory.CreateDirectory(Path.Combine(root, name));
        }

        var start = new ProcessStartInfo(
            "strace", ["-f", "-o", folder["log"], "-e", "trace=openat,open", "unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", Enter, "sh", root, $"{user}"])
        { RedirectStandardOutput = true };
        using var strace = Process.Start(start)!;
        try
        {
            while (await strace.StandardOutput.ReadLineAsync() is { } line)
            {
                if (line.Split("Now listening on: ") is [_, var address])
                {
                    await HttpAnswer.FirstAsync(address.Trim(), TimeSpan.FromSeconds(30));
                    break;
                }
            }

            return [.. (await File.ReadAllLinesAsync(folder["log"]))
                .SelectMany(line => Regex.Matches(line, "\"((?:/app|/usr/share/dotnet)/[^\"]*)\", O_[A-Z|_]*").Select(match => match.Groups[1].Value))
                .Where(path => File.Exists(root + path)).Distinct()];
        }
        finally
        {
            strace.Kill(entireProcessTree: true);
            await strace.WaitForExitAsync();
        }
    }
}
