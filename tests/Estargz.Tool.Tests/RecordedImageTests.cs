using System.Text.Json.Nodes;
using Estargz.MSBuild.Tests.Peers;
using Estargz.Profiles;

namespace Estargz.Tool.Tests;

/// <summary><c>record REF</c>: a web app in the image that the SDK publishes, four plain gzip layers, recorded in there.</summary>
[Trait("Category", "Real")]
[Collection("registry")]
public sealed class RecordedImageTests(RegistryFixture registries) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Requires("base-image", "root", "unshare", "strace")]
    public async Task Root_records_what_strace_sees()
    {
        var image = await registries.StockImageAsync();

        var run = (await RecordAsync([], "record", image, "--output", _folder["p.txt"], "--record-out", _folder["r.jsonl"], "--runs", "2")).Succeeded();

        Assert.DoesNotContain("warning", run.Error, StringComparison.Ordinal);
        var seen = await StracedRoot.FilesAsync(image, user: 1654);
        Assert.InRange(seen.Count, 60, 500);
        var recorded = await RecordedPathsAsync(image);
        var missed = seen.Except(recorded).ToList();
        Assert.True(missed.Count <= seen.Count * 0.02, $"{missed.Count} of {seen.Count}: {string.Join(", ", missed)}");

        var profile = StartupProfile.Load(_folder["p.txt"], "this test");
        Assert.Equal("dotnet app.dll", profile.Header.Command);
        Assert.Equal("$(dotnet)/dotnet", profile.Paths[0]);
        foreach (var line in (string[])["$(app)/app.dll", "$(app)/appsettings.json", "$(framework:Microsoft.NETCore.App)/System.Private.CoreLib.dll", "$(dotnet)/host/fxr/*/libhostfxr.so"])
        {
            Assert.Contains(line, profile.Paths);
        }

        foreach (var name in (string[])["/libc.so.6", "/ld-linux-", "/libstdc++.so.6.0.", "/libicudata.so."])
        {
            Assert.Contains(profile.Paths, path => path.Contains(name, StringComparison.Ordinal));
        }

        Assert.Contains(profile.Lines, line => line.Path.Contains("libicudata", StringComparison.Ordinal) && line.Pages is not null);
        AssertNothingIsLeft();
    }

    [Requires("base-image", "unshare", "setpriv", "user-namespaces")]
    public async Task Who_is_not_root_records_the_same_files()
    {
        var image = await registries.StockImageAsync();
        (await RecordAsync([], "record", image, "--output", _folder["root.txt"])).Succeeded();
        string[] nobody = [];
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
        {
            nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
            const UnixFileMode Open = (UnixFileMode)0b111_111_111;
            File.SetUnixFileMode(_folder.Path, Open);
            File.SetUnixFileMode(Directory.CreateDirectory(_folder["tmp"]).FullName, Open);
        }

        var run = (await RecordAsync(nobody, "record", image, "--output", _folder["nobody.txt"])).Succeeded();

        Assert.DoesNotContain("warning", run.Error, StringComparison.Ordinal);
        var (root, other) = (StartupProfile.Load(_folder["root.txt"], "this test").Paths, StartupProfile.Load(_folder["nobody.txt"], "this test").Paths);
        Assert.InRange(root.Length, 60, 500);
        Assert.InRange(root.Except(other).Concat(other.Except(root)).Count(), 0, root.Length / 50);
        AssertNothingIsLeft();
    }

    [Requires("base-image", "unshare", "user-namespaces", "kill")]
    public Task Ctrl_C_leaves_nothing_behind() => LeavesNothingBehindAsync("INT");

    [Requires("base-image", "unshare", "user-namespaces", "kill")]
    public Task A_closed_terminal_leaves_nothing_behind() => LeavesNothingBehindAsync("HUP");

    [Requires("base-image", "containerd", "unshare")]
    public async Task What_ctr_remote_reads_it_puts_first()
    {
        var image = await registries.StockImageAsync();
        (await RecordAsync([], "record", image, "--output", _folder["p.txt"], "--record-out", _folder["r.jsonl"])).Succeeded();
        var shown = (await ToolRun.RunAsync("profile", "show", _folder["p.txt"], "--image", image, "--json-lines")).Succeeded();
        Assert.Equal(await File.ReadAllTextAsync(_folder["r.jsonl"]), shown.Output);

        var target = image[..image.LastIndexOf('/')] + "/recorded:1";
        await using (var containerd = await Containerd.StartAsync())
        {
            await containerd.ConvertAsync(image, target, "--estargz-record-in", _folder["r.jsonl"], "--estargz-compression-level", "1");
        }

        var report = await ReferenceLibrary.VerifyAsync(target, "-require-estargz");
        Assert.True(report.Ok, report.Problems);
        var records = (await File.ReadAllLinesAsync(_folder["r.jsonl"])).Select(line => JsonNode.Parse(line)!).ToLookup(record => (int)record["layerIndex"]!, record => (string)record["path"]!);
        for (int i = 0; i < report.Layers.Count; i++)
        {
            // The reference also puts the folders of a file before it.
            var prioritized = report.Layers[i].Prioritized!.Select(name => name.Trim('/')).ToArray();
            Assert.Equal(records[i], prioritized.Where(records[i].Contains));
            Assert.NotEmpty(records[i]);
        }

        var read = StartupProfile.Load(_folder["r.jsonl"], "this test");
        Assert.Equal(records.SelectMany(layer => layer).Order(StringComparer.Ordinal), read.Paths.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_image_for_another_machine_is_one_error()
    {
        new TestImage("s390x", TestLayer.Plain("a")).WriteTo(_folder.Path, "1");

        var run = await ToolRun.RunAsync("record", _folder.Path + ":1", "--output", _folder["p.txt"]);

        Assert.Equal((ExitCode.Failure, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"error ESTARGZ4011: {_folder.Path}:1 is an image for linux/s390x, and this machine, linux/", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["p.txt"]));
    }

    [Fact]
    public async Task An_image_that_says_nothing_is_one_error()
    {
        var machine = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
        new TestImage(machine == "x64" ? "amd64" : machine, TestLayer.Plain("a")).WriteTo(_folder.Path, "1");

        var run = await ToolRun.RunAsync("record", _folder.Path + ":1", "--output", _folder["p.txt"]);

        Assert.Equal((ExitCode.Failure, ""), (run.ExitCode, run.Output));
        Assert.StartsWith(OperatingSystem.IsLinux() ? "error ESTARGZ2004: The image has neither Entrypoint nor Cmd" : "error ESTARGZ2005: ", run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Records, and sends a signal when the app has started.</summary>
    private async Task LeavesNothingBehindAsync(string signal)
    {
        var image = await registries.StockImageAsync();
        Directory.CreateDirectory(_folder["tmp"]);
        using var process = Command.StartInterruptible(
            "dotnet",
            [ToolRun.Assembly, "record", image, "--line", "never", "--output", _folder["p.txt"]],
            new Dictionary<string, string?> { ["TMPDIR"] = _folder["tmp"], ["DOTNET_EnableDiagnostics"] = "0" },
            null);
        while (await process.StandardError.ReadLineAsync() is { } line && !line.Contains("Application started", StringComparison.Ordinal))
        {
        }

        (await Command.RunAsync("kill", [$"-{signal}", $"{process.Id}"])).Succeeded();
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(ExitCode.Canceled, process.ExitCode);
        Assert.False(File.Exists(_folder["p.txt"]));
        AssertNothingIsLeft();
    }

    /// <summary>Runs the tool with a temporary folder of its own, perhaps as somebody else.</summary>
    private Task<Command> RecordAsync(string[] somebody, params string[] arguments)
    {
        Directory.CreateDirectory(_folder["tmp"]);
        string[] command = [.. somebody, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ToolRun.Assembly, .. arguments];
        return Command.RunAsync(command[0], command[1..], new Dictionary<string, string?>
        {
            ["TMPDIR"] = _folder["tmp"],
            ["HOME"] = _folder["tmp"],
            ["DOCKER_CONFIG"] = null,
            ["DOTNET_EnableDiagnostics"] = "0",
        });
    }

    private async Task<HashSet<string>> RecordedPathsAsync(string image)
    {
        var show = (await ToolRun.RunAsync("profile", "show", _folder["p.txt"], "--image", image)).Succeeded();
        Assert.DoesNotContain("missing:", show.Output, StringComparison.Ordinal);
        return [.. show.Output.Split('\n').Select(line => line.TrimEnd()).Select(line => line[(line.LastIndexOf(' ') + 1)..])];
    }

    private void AssertNothingIsLeft()
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["tmp"]));
        Assert.Empty(_folder.Mounts);
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])), IsRecorded);
    }

    /// <summary>Whether a process runs in a root below this test's folder.</summary>
    private bool IsRecorded(string process)
    {
        try
        {
            return File.ResolveLinkTarget(process + "/root", false)?.FullName.StartsWith(_folder.Path, StringComparison.Ordinal) == true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
