using Estargz.MSBuild.Tests.Peers;

namespace Estargz.Tool.Tests;

public sealed class CacheTests
{
    [Fact]
    public async Task Info_counts_and_clear_removes()
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, size) in new[] { ("layers/a.esgz", 1000), ("layers/a.json", 20), ("members/b.esgz", 500), ("members/b.idx", 30), ("members/c.esgz", 1) })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[name])!);
            await File.WriteAllBytesAsync(folder[name], new byte[size]);
        }

        var info = await ToolRun.RunAsync("cache", "info", "--path", folder.Path);
        var clear = await ToolRun.RunAsync("cache", "clear", "--path", folder.Path);
        var again = await ToolRun.RunAsync("cache", "info", "--path", folder.Path);

        Assert.Equal((ExitCode.Success, $"{folder.Path}\n1 converted base layer, 2 layers of apps, 1.6 kB\n", ""), (info.ExitCode, info.Output, info.Error));
        Assert.Equal((ExitCode.Success, $"{folder.Path}: 1.6 kB removed\n", ""), (clear.ExitCode, clear.Output, clear.Error));
        Assert.Equal($"{folder.Path}\n0 converted base layers, 0 layers of apps, 0 B\n", again.Succeeded().Output);
        Assert.Empty(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_file_is_no_cache_and_neither_is_nothing()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["file"], "");

        var file = await ToolRun.RunAsync("cache", "info", "--path", folder["file"]);
        var nothing = await ToolRun.RunAsync("cache", "clear", "--path", "");

        Assert.Equal((ExitCode.Failure, ""), (file.ExitCode, file.Output));
        Assert.StartsWith($"error ESTARGZ5002: '{folder["file"]}' is a file", file.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, nothing.ExitCode);
        Assert.StartsWith("error: --path is empty.", nothing.Error, StringComparison.Ordinal);
    }

    [Requires("/dev/full", "/bin/sh")]
    public async Task Output_that_cannot_be_written_is_an_error()
    {
        foreach (var command in (string[])["--help", "cache info"])
        {
            var run = await Command.RunAsync("/bin/sh", ["-c", $"exec dotnet '{ToolRun.Assembly}' {command} > /dev/full"]);

            Assert.Equal(ExitCode.Failure, run.ExitCode);
            Assert.Equal("error ESTARGZ5001: Standard output cannot be written: No space left on device. See where it goes.\n", run.Error);
        }
    }

    [Fact]
    public async Task A_home_that_is_not_there_yet_has_its_cache_all_the_same()
    {
        using var folder = new TemporaryFolder();

        var info = await Command.RunAsync(
            "dotnet", [ToolRun.Assembly, "cache", "info"], new Dictionary<string, string?> { ["HOME"] = folder["home"], ["XDG_CACHE_HOME"] = null, ["DOTNET_CLI_HOME"] = folder.Path });

        Assert.StartsWith(folder["home"] + "/", info.Succeeded().Output, StringComparison.Ordinal);
    }
}
