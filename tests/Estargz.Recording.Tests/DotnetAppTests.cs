using System.Text.RegularExpressions;
using Estargz.Profiles;

namespace Estargz.Recording.Tests;

/// <summary>Apps of .NET, and what is special about recording them.</summary>
[Trait("Category", "Real")]
[Collection("apps")]
public sealed class DotnetAppTests(SampleApps apps)
{
    [LinuxFact]
    public async Task Loader_events_page_tables_and_maps_all_contribute()
    {
        var recording = await Recorder.RecordAsync(await apps.RequestAsync("HelloWeb"));

        Assert.Equal(["eventpipe", "inotify", "maps", "pagemap"], [.. recording.Sources]);
        var coreLib = recording.Files.Single(f => Path.GetFileName(f.Path) == "System.Private.CoreLib.dll");
        int pages = (int)(new FileInfo(coreLib.Path).Length / TouchedPages.PageSize) + 1;
        Assert.InRange(coreLib.Pages!.Count, 100, pages - 1);
        Assert.All(coreLib.Pages.Ranges, range => Assert.InRange(range.Last, range.First, pages - 1));
        Assert.Null(recording.Files.Single(f => Path.GetFileName(f.Path) == "System.Runtime.dll").Pages);
    }

    [LinuxFact]
    public async Task An_app_without_diagnostics_is_recorded_all_the_same()
    {
        var request = await apps.RequestAsync("HelloWeb");
        var with = await Recorder.RecordAsync(request);
        var without = await Recorder.RecordAsync(request with { Environment = request.Environment.Add("DOTNET_EnableDiagnostics", "0") });

        Assert.DoesNotContain("eventpipe", without.Sources);
        Assert.Empty(without.Warnings);
        Assert.InRange(with.Files.Select(f => f.Path).Except(without.Files.Select(f => f.Path)).Count(), 0, with.Files.Length / 50);
    }

    [LinuxFact]
    public async Task Every_runtime_of_a_script_is_resumed_and_recorded()
    {
        var (console, web) = (await apps.FolderAsync("HelloConsole"), await apps.FolderAsync("HelloWeb"));
        using var script = new ScriptApp($"dotnet {console}/HelloConsole.dll\ndotnet {web}/HelloWeb.dll &\nwait");

        var recording = await Recorder.RecordAsync(script.Request with { Readiness = Readiness.Http(), ChoosePort = true, AppFolder = console });

        Assert.Contains(recording.Files, f => f.Path == Path.Combine(console, "HelloConsole.dll"));
        Assert.Contains("Hello World!", script.Lines);
        Assert.Contains("eventpipe", recording.Sources);
        Assert.Empty(recording.Warnings);
        Assert.Empty(script.Leftovers);
    }

    [LinuxFact]
    public async Task A_crash_leaves_no_diagnostic_socket()
    {
        using var folder = new TemporaryFolder();
        var request = await apps.RequestAsync("HelloWeb");

        var failure = await Assert.ThrowsAsync<EstargzException>(() => Recorder.RecordAsync(request with
        {
            ChoosePort = false,
            Environment = request.Environment.Add("ASPNETCORE_URLS", "nonsense").Add("TMPDIR", folder.Path),
        }));

        Assert.Equal(DiagnosticCode.RecordingFailed, failure.Code);
        Assert.Contains("was ended by signal 6 (SIGABRT) before", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [LinuxFact]
    public async Task A_canceled_recording_leaves_no_diagnostic_socket()
    {
        using var folder = new TemporaryFolder();
        using var cancel = new CancellationTokenSource();
        var request = await apps.RequestAsync("HelloWeb");
        int sockets = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Recorder.RecordAsync(
            request with
            {
                Readiness = Readiness.Output(new Regex("never")),
                Environment = request.Environment.Add("TMPDIR", folder.Path),
                OutputWritten = _ =>
                {
                    sockets = Math.Max(sockets, Directory.GetFileSystemEntries(folder.Path).Length);
                    cancel.Cancel();
                },
            },
            cancel.Token));

        Assert.NotEqual(0, sockets);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [LinuxFact]
    public async Task Readiness_can_be_a_path_or_a_URL()
    {
        var request = await apps.RequestAsync("HelloWeb");
        var file = Path.Combine(await apps.FolderAsync("HelloWeb"), "wwwroot", "hello.txt");
        foreach (var target in (string[])["/hello.txt", "http://127.0.0.1:0/hello.txt"])
        {
            var recording = await Recorder.RecordAsync(request with { Readiness = Readiness.Http(target) });

            Assert.Contains(recording.Files, f => f.Path == file);
            Assert.Empty(recording.Warnings);
        }

        Assert.DoesNotContain((await Recorder.RecordAsync(request)).Files, f => f.Path == file);
    }

    [LinuxFact]
    public async Task A_relative_path_is_one_of_the_current_folder()
    {
        var request = await apps.RequestAsync("HelloConsole");
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), request.Arguments[0]);

        var recording = await Recorder.RecordAsync(request with { Arguments = [relative], UseStrace = StraceLog.FindProgram() is not null });

        Assert.Contains(recording.Files, f => f.Path == request.Arguments[0]);
        Assert.Empty(recording.Warnings);
    }

    [LinuxFact]
    public async Task Options_of_the_host_change_nothing()
    {
        var request = await apps.RequestAsync("HelloWeb");

        var recording = await Recorder.RecordAsync(request with { Arguments = ["exec", "--roll-forward", "Major", .. request.Arguments] });

        Assert.Equal(await apps.FolderAsync("HelloWeb"), recording.AppFolder);
        Assert.Equal(["dotnet", "HelloWeb.dll"], [.. recording.Command]);
        Assert.Contains("$(app)/HelloWeb.dll", recording.ToProfile().Paths);
    }

    [LinuxFact]
    public async Task An_installation_that_only_a_script_knows_is_found()
    {
        using var folder = new TemporaryFolder();
        var request = await apps.RequestAsync("HelloConsole");
        var known = Path.GetDirectoryName(Executable.Find("dotnet"))!;
        foreach (var file in Directory.EnumerateFiles(known, "*", SearchOption.AllDirectories).Where(f => new[] { "dotnet", "host", "shared" }.Contains(Path.GetRelativePath(known, f).Split('/')[0])))
        {
            var copy = folder[Path.Combine("net", Path.GetRelativePath(known, file))];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var script = folder.Write("bin/dotnet", $"#!/bin/sh\nexec {folder["net/dotnet"]} \"$@\"");
        var recording = await Recorder.RecordAsync(request with { FileName = script });

        Assert.Equal(folder["net"], recording.DotnetRoot);
        Assert.Contains("$(framework:Microsoft.NETCore.App)/System.Private.CoreLib.dll", recording.ToProfile().Paths);
        Assert.Empty(recording.Warnings);
    }

    [LinuxFact]
    public async Task A_runtime_in_no_known_place_is_a_warning()
    {
        using var elsewhere = new TemporaryFolder();

        var recording = await Recorder.RecordAsync(await apps.RequestAsync("SelfContained") with { AppFolder = elsewhere.Path });

        Assert.Contains("Set DOTNET_ROOT to its folder.", Assert.Single(recording.Warnings), StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task The_address_is_the_announced_one()
    {
        var request = await apps.RequestAsync("HelloWeb");

        var recording = await Recorder.RecordAsync(request with { ChoosePort = false, Environment = request.Environment.Add("ASPNETCORE_URLS", "http://+:0") });

        Assert.Empty(recording.Warnings);
    }

    [LinuxFact]
    public async Task An_answer_other_than_200_is_not_readiness()
    {
        var request = await apps.RequestAsync("HelloWeb");

        var recording = await Recorder.RecordAsync(request with { Readiness = Readiness.Http("/missing"), TimeLimit = TimeSpan.FromSeconds(8) });

        Assert.Contains("the answer 200 from '/missing' (the last answer was 404)", Assert.Single(recording.Warnings), StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task Profiles_of_an_app_with_and_without_its_own_runtime_name_the_same_framework_files()
    {
        var shared = (await Recorder.RecordAsync(await apps.RequestAsync("HelloWeb"))).ToProfile().ToText().Split('\n');
        var own = (await Recorder.RecordAsync(await apps.RequestAsync("SelfContained"))).ToProfile().ToText().Split('\n');

        foreach (var line in (string[])["$(framework:Microsoft.NETCore.App)/System.Runtime.dll", "$(framework:Microsoft.AspNetCore.App)/Microsoft.AspNetCore.dll", "$(app)/HelloWeb.dll", "$(app)/appsettings.json"])
        {
            Assert.Contains(line, shared);
            Assert.Contains(line, own);
        }

        Assert.Contains("$(dotnet)/host/fxr/*/libhostfxr.so", shared);
    }
}
