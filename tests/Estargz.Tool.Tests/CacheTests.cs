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

        Assert.Equal((ExitCode.Success, $"{folder.Path}\n1 converted base layers, 2 layers of apps, 1.6 kB\n", ""), (info.ExitCode, info.Output, info.Error));
        Assert.Equal((ExitCode.Success, $"{folder.Path}: 1.6 kB removed\n", ""), (clear.ExitCode, clear.Output, clear.Error));
        Assert.Equal($"{folder.Path}\n0 converted base layers, 0 layers of apps, 0 B\n", again.Succeeded().Output);
        Assert.Empty(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }
}
