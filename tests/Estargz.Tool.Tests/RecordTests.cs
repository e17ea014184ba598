using Estargz.MSBuild.Tests.Peers;
using Estargz.Profiles;

namespace Estargz.Tool.Tests;

[Trait("Category", "Real")]
public sealed class RecordTests
{
    [Requires("/bin/sh")]
    public async Task A_console_app_is_recorded_to_its_end()
    {
        using var app = await PublishedApp.FromTemplateAsync("console");
        (await app.PublishAsync(["--output", "out", "-m:1"])).Succeeded();
        var output = Path.Combine(app.Folder, "profiles", "console.txt");

        var run = await ToolRun.RunAsync("record", "--output", output, "--runs", "2", "--", "dotnet", Path.Combine(app.Folder, "out", "app.dll"), "--token", "secret");

        Assert.Equal((ExitCode.Success, ""), (run.ExitCode, run.Output));
        Assert.Contains("Hello, World!", run.Error, StringComparison.Ordinal);
        var profile = StartupProfile.Load(output, "this test");
        Assert.Contains($"{output}: {profile.Lines.Length} files", run.Error, StringComparison.Ordinal);
        Assert.Contains("$(app)/app.dll", profile.Paths);
        Assert.Contains("$(framework:Microsoft.NETCore.App)/System.Private.CoreLib.dll", profile.Paths);
        Assert.Equal("dotnet app.dll", profile.Header.Command);
    }

    [Requires("sleep")]
    public async Task The_time_limit_is_a_warning()
    {
        using var folder = new TemporaryFolder();

        var run = await ToolRun.RunAsync("record", "--output", folder["p.txt"], "--timeout", "0.5", "--line", "never", "--", "sleep", "100");

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("warning ESTARGZ2004: After 0.5 s", run.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["p.txt"]));
    }

    [Fact]
    public async Task An_assembly_that_is_not_there_is_an_error()
    {
        using var folder = new TemporaryFolder();

        var run = await ToolRun.RunAsync("record", "--exit", "--output", folder["p.txt"], "--", "dotnet", folder["nope.dll"]);

        VerifyTests.AssertError(run, DiagnosticCode.FileUnreadable);
        Assert.Contains($"There is no file '{folder["nope.dll"]}'", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["p.txt"]));
    }

    [Theory]
    [InlineData("--line", "(")]
    [InlineData("--url", "nonsense")]
    public async Task What_cannot_tell_readiness_is_an_error(string option, string value)
    {
        var run = await ToolRun.RunAsync("record", option, value, "--", "sleep", "100");

        Assert.Equal((ExitCode.Failure, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"error ESTARGZ1003: '{value}'", run.Error, StringComparison.Ordinal);
    }
}
