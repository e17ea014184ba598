using Estargz.MSBuild.Tests.Peers;
using Estargz.Testing;

namespace Estargz.Tool.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData]
    [InlineData("no-such-command")]
    [InlineData("verify")]
    [InlineData("verify", "a", "b")]
    [InlineData("verify", "app:1", "--platform", "linux")]
    [InlineData("inspect", "app:1", "--no-such-option")]
    [InlineData("record")]
    [InlineData("record", "--")]
    [InlineData("record", "app:1", "app:2")]
    [InlineData("record", "dotnet", "app.dll")]
    [InlineData("record", "--record-out", "r", "--", "app")]
    [InlineData("record", "app:1", "--app-folder", "/app")]
    [InlineData("record", "app:1", "--exit", "--line", "x")]
    [InlineData("record", "--bogus", "--exit", "--", "app")]
    [InlineData("record", "app:1", "--platform", "linux/amd64")]
    [InlineData("record", "--runs", "abc", "--", "app")]
    [InlineData("record", "--runs", "101", "--", "app")]
    [InlineData("record", "--timeout", "-1", "--", "app")]
    [InlineData("record", "--timeout", "NaN", "--", "app")]
    [InlineData("profile", "show", "p", "--json-lines")]
    [InlineData("profile", "check", "p", "app:1", "--min", "90%")]
    [InlineData("profile", "check", "p", "app:1", "--min", "101")]
    [InlineData("convert", "a", "b", "--chunk-size", "99999999999")]
    [InlineData("convert", "a", "b", "--chunk-size", "0")]
    [InlineData("convert", "a", "b", "--format", "zstd-chunked", "--min-chunk-size", "abc")]
    [InlineData("convert", "a", "b", "--format", "zstd-chunked", "--min-chunk-size", "100")]
    [InlineData("convert", "a", "b", "--format", "x")]
    public async Task A_wrong_command_line_is_told_on_standard_error(params string[] arguments)
    {
        var run = await ToolRun.RunAsync(arguments);

        Assert.Equal((ExitCode.Usage, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("--help", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('?', run.Error);
        Assert.All(run.Error.TrimEnd().Split('\n')[..^1], line => Assert.StartsWith("error: ", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--help", "inspect")]
    [InlineData("verify", "--help", "--platform")]
    [InlineData("inspect", "--help", "--json")]
    public async Task Help_has_examples(params string[] argumentsAndContent)
    {
        var run = await ToolRun.RunAsync(argumentsAndContent[..^1]);

        Assert.Equal((ExitCode.Success, ""), (run.ExitCode, run.Error));
        Assert.Contains(argumentsAndContent[^1], run.Output, StringComparison.Ordinal);
        Assert.Contains("Examples:", run.Output, StringComparison.Ordinal);
    }

    [Requires("kill")]
    public async Task Ctrl_C_ends_it_and_leaves_nothing_behind()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var folder = new TemporaryFolder();
        var layer = TestLayer.Plain("a");
        var reference = TestImage.Store(registry, "app", new TestImage("amd64", layer));
        var asked = new TaskCompletionSource();
        registry.On("GET", layer.Image.Descriptor.Digest.ToString(), async (context, _) =>
        {
            await context.Response.Body.WriteAsync(new byte[] { 0x1f });
            await context.Response.Body.FlushAsync();
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });

        using var process = Command.StartInterruptible(
            "dotnet",
            [ToolRun.Assembly, "verify", reference],
            new Dictionary<string, string?> { ["TMPDIR"] = folder.Path, ["DOTNET_EnableDiagnostics"] = "0" },
            null);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Task.WhenAny(asked.Task, process.WaitForExitAsync());
        (await Command.RunAsync("kill", ["-INT", $"{process.Id}"])).Succeeded();
        await process.WaitForExitAsync();

        Assert.Equal((ExitCode.Canceled, "", ""), (process.ExitCode, await output, await error));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }
}
