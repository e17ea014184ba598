using Estargz.MSBuild.Tests.Peers;
using Estargz.Testing;

namespace Estargz.Tool.Tests;

public sealed class ProfileTests
{
    [Fact]
    public async Task Merged_profiles_have_each_line_at_its_earliest_place()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["a"], "# rid: linux-x64\n/one\tpages=0-3\n/two\n/three\n");
        await File.WriteAllTextAsync(folder["b"], "# rid: linux-x64\n/three\n/one\tpages=5\n");

        var run = await ToolRun.RunAsync("profile", "merge", folder["a"], folder["b"]);
        var written = await ToolRun.RunAsync("profile", "merge", folder["a"], folder["b"], "--output", folder["c"]);

        Assert.Equal((ExitCode.Success, ""), (run.ExitCode, run.Error));
        Assert.Equal("# estargz startup profile 1\n# rid: linux-x64\none\tpages=0-3,5\nthree\ntwo\n", run.Output);
        Assert.Equal((ExitCode.Success, "", ""), (written.ExitCode, written.Output, written.Error));
        Assert.Equal(run.Output, await File.ReadAllTextAsync(folder["c"]));
    }

    [Theory]
    [InlineData("75", ExitCode.Success)]
    [InlineData("76", ExitCode.Failure)]
    public async Task Check_tells_what_an_image_lacks(string min, int exitCode)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            folder["profile"],
            "# rid: linux-arm64\n# framework: Microsoft.NETCore.App 10.0.1\n/app/a\n$(framework:Microsoft.NETCore.App)/b.dll\n/lost\n$(dotnet)/host/fxr/*/c\n");
        var image = new TestImage("amd64", await TestLayer.LazyAsync(["usr/dotnet/shared/Microsoft.NETCore.App/10.0.2/b.dll", "usr/dotnet/host/fxr/10.0.2/c"]), await TestLayer.LazyAsync(["app/a"]));
        image.WriteTo(folder.Path, "1");

        var run = await ToolRun.RunAsync("profile", "check", folder["profile"], folder.Path, "--min", min);

        Assert.Equal((exitCode, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            ["missing: lost", "other framework: the profile was made with Microsoft.NETCore.App 10.0.1, the image has 10.0.2", "other RID: the profile was made for linux-arm64, the image is for linux/amd64", "3 of 4 lines of the profile are in the image (75 %)"],
            run.Output.TrimEnd().Split('\n')[1..]);
    }

    [Fact]
    public async Task Check_of_nothing_is_an_error()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["profile"], "# rid: linux-x64\n");
        new TestImage("amd64", await TestLayer.LazyAsync(["app/a"])).WriteTo(folder.Path, "1");

        VerifyTests.AssertError(await ToolRun.RunAsync("profile", "check", folder["profile"], folder.Path), DiagnosticCode.ProfileEmpty);
    }

    [Fact]
    public async Task Check_needs_eStargz()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["profile"], "/app/a\n");
        await using var registry = await TestRegistry.StartAsync();
        var reference = TestImage.Store(registry, "app", new TestImage("amd64", TestLayer.Plain("app/a")));

        var run = await ToolRun.RunAsync("profile", "check", folder["profile"], reference);

        Assert.Equal((ExitCode.Failure, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("error ESTARGZ3004: Layer 1 (sha256:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_names_the_files_of_any_image_in_the_order_of_the_profile()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["profile"], "$(app)/app/a\n/lost\n/lib/*.so\tpages=0\n");
        var image = new TestImage("amd64", await TestLayer.LazyAsync(["lib/1.so", "lib/2.so", "other"]), TestLayer.Plain("app/a"), TestLayer.Plain("lib/1.so"));
        image.WriteTo(folder.Path, "1");

        var text = await ToolRun.RunAsync("profile", "show", folder["profile"]);
        var shown = await ToolRun.RunAsync("profile", "show", folder["profile"], "--image", folder.Path);
        var json = await ToolRun.RunAsync("profile", "show", folder["profile"], "--image", folder.Path, "--json-lines");

        Assert.Equal((ExitCode.Success, "# estargz startup profile 1\n$(app)/app/a\nlost\nlib/*.so\tpages=0\n", ""), (text.ExitCode, text.Output, text.Error));
        Assert.Equal((ExitCode.Success, ""), (shown.ExitCode, shown.Error));
        string[] rows = [.. shown.Output.TrimEnd().Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        Assert.Equal(["layer size path", "2 16 /app/a", "3 19 /lib/1.so", "1 19 /lib/2.so", "missing: lost"], rows[1..]);
        var digest = image.Manifest.Digest;
        Assert.Equal(
            $$"""
            {"path":"app/a","manifestDigest":"{{digest}}","layerIndex":1}
            {"path":"lib/1.so","manifestDigest":"{{digest}}","layerIndex":2}
            {"path":"lib/2.so","manifestDigest":"{{digest}}","layerIndex":0}

            """,
            json.Output);
        await File.WriteAllTextAsync(folder["again"], json.Output);
        Assert.Equal(json.Output, (await ToolRun.RunAsync("profile", "show", folder["again"], "--image", folder.Path, "--json-lines")).Output);
    }

    [Fact]
    public async Task A_profile_that_is_not_there_is_an_error()
    {
        var run = await ToolRun.RunAsync("profile", "merge", "/no/such/profile");

        Assert.Equal((ExitCode.Failure, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("error ESTARGZ2001: The start-up profile '/no/such/profile' from the command line", run.Error, StringComparison.Ordinal);
    }
}
