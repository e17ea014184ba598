using System.Diagnostics;

namespace Estargz.Recording.Tests;

/// <summary>All ways into an image that work here, whichever of them a recording takes.</summary>
[Collection("apps")]
public sealed class IsolationTests
{
    [IsolationTheory]
    [InlineData(0)]
    [InlineData(1654)]
    public async Task Every_way_leads_to_the_same_place(uint number)
    {
        var user = new ImageUser(number, number, "/");
        using var root = await SampleLayer.UnpackAsync(new SampleLayer().AddPrograms("sh", "id"), SampleLayer.Of("x", "work/file"));

        var ways = Isolation.Candidates(root.Folder).Where(way => way.Fails(user) is null).ToList();

        Assert.Contains(ways, way => way.Name.StartsWith("unshare", StringComparison.Ordinal));
        Assert.Equal(ways[0].Name, Isolation.Find(root, user).Name);
        foreach (var way in ways)
        {
            var command = way.Command(root.Folder, "/work", user, ["sh", "-c", "id -u; id -g; pwd; read comm < /proc/self/comm; echo $comm *; echo x > /dev/null; exit 7"]);
            var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, Environment = { ["PATH"] = "/bin" } };
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();

            Assert.Equal(($"{number}\n{number}\n/work\nsh file\n", 7), (output, process.ExitCode));
        }

        Assert.DoesNotContain(File.ReadLines("/proc/mounts"), mount => mount.Contains(root.Folder, StringComparison.Ordinal));
    }

    [LinuxFact]
    public async Task Where_none_works_the_error_says_what_each_lacks()
    {
        using var root = await SampleLayer.UnpackAsync(SampleLayer.Of("x", "file"));
        Directory.Delete(root.Folder, recursive: true);
        await File.WriteAllTextAsync(root.Folder, "Nothing can be mounted in a file.");

        var failure = Assert.Throws<EstargzException>(() => Isolation.Find(root, new ImageUser(0, 0, "/")));

        Assert.Equal(DiagnosticCode.RecorderUnavailable, failure.Code);
        Assert.Contains("util-linux", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.All(Isolation.Candidates(root.Folder), way => Assert.Contains(way.Name + ": ", failure.Message, StringComparison.Ordinal));
    }
}
