namespace Estargz.Recording.Tests;

/// <summary>What is recorded, of apps that are no .NET.</summary>
[Collection("apps")]
public sealed class RecorderTests
{
    [LinuxFact]
    public async Task Files_of_the_app_folder_come_in_the_order_of_their_first_access()
    {
        using var app = new ScriptApp("cat z.txt sub/a.txt z.txt linked.txt > /dev/null\necho ready\nsleep 100");
        var (z, a, m) = (app.Write("z.txt", "z"), app.Write("sub/a.txt", "a"), app.Write("m.txt", "m"));
        app.Write("never.txt", "never");
        File.CreateSymbolicLink(Path.Combine(Path.GetDirectoryName(z)!, "linked.txt"), "m.txt");

        var recording = await Recorder.RecordAsync(app.Request);

        Assert.Equal([app.Request.FileName, z, a, m], recording.Files.Select(f => f.Path).Where(path => RealPath.IsBelow(path, recording.AppFolder)));
        Assert.Contains(recording.Files, f => Path.GetFileName(f.Path).StartsWith("libc.", StringComparison.Ordinal));
        Assert.All(recording.Files, f => Assert.Equal(f.Path, RealPath.Of(f.Path)));
        Assert.Equal(["inotify", "maps"], [.. recording.Sources]);
        Assert.Null(recording.DotnetRoot);
        Assert.Empty(recording.Warnings);
    }

    [LinuxFact]
    public async Task Files_that_the_app_makes_are_not_recorded()
    {
        using var app = new ScriptApp("echo x > new.txt\ncat new.txt old.txt > $TMPDIR/x\ncat $TMPDIR/x\necho more >> old.txt");
        var old = app.Write("old.txt", "old");

        var recording = await Recorder.RecordAsync(app.Request with { Readiness = Readiness.Exit });

        Assert.Contains(recording.Files, f => f.Path == old);
        Assert.DoesNotContain(recording.Files, f => f.Path.EndsWith("new.txt", StringComparison.Ordinal) || f.Path.EndsWith("/x", StringComparison.Ordinal));
    }

    [LinuxFact]
    public async Task What_the_app_moves_deletes_or_replaces_is_recorded_all_the_same()
    {
        using var app = new ScriptApp("cat moved gone replaced linked\nmv moved new\nrm gone\necho x > temporary\ncat temporary new\nmv temporary replaced\nln -sf replaced linked\nexit 0");
        string[] read = [app.Write("moved", ""), app.Write("gone", ""), app.Write("replaced", ""), app.Write("linked", "")];

        var recording = await Recorder.RecordAsync(app.Request with { Readiness = Readiness.Exit });

        Assert.Equal([app.Request.FileName, .. read], recording.Files.Select(f => f.Path).Where(path => RealPath.IsBelow(path, recording.AppFolder)));
    }

    [LinuxFact]
    public async Task A_link_to_a_program_starts_it_by_the_name_of_the_link()
    {
        using var app = new ScriptApp("echo $0");
        var link = Path.Combine(Path.GetDirectoryName(app.Request.FileName)!, "applet");
        File.CreateSymbolicLink(link, app.Request.FileName);

        var recording = await Recorder.RecordAsync(app.Request with { FileName = Path.GetRelativePath(Directory.GetCurrentDirectory(), link), Readiness = Readiness.Exit });

        Assert.Equal([link], app.Lines);
        Assert.Contains(app.Request.FileName, recording.Files.Select(file => file.Path));
    }

    [LinuxFact]
    public async Task What_is_read_after_readiness_is_not_recorded()
    {
        using var app = new ScriptApp("trap 'cat late.txt; exit' TERM\necho ready\nwhile :; do sleep 0.05; done");
        var late = app.Write("late.txt", "late");

        var recording = await Recorder.RecordAsync(app.Request);

        Assert.Contains("late", app.Lines);
        Assert.DoesNotContain(recording.Files, f => f.Path == late);
    }

    [LinuxFact]
    public async Task A_time_limit_is_a_warning()
    {
        using var app = new ScriptApp("cat x.txt\nsleep 100");
        var file = app.Write("x.txt", "x");

        var recording = await Recorder.RecordAsync(app.Request with { TimeLimit = TimeSpan.FromSeconds(0.7) });

        Assert.Contains(recording.Files, f => f.Path == file);
        Assert.Equal("After 0.7 s there was not yet a line that matches '^ready$'; the recording is what was read until then.", Assert.Single(recording.Warnings));
    }

    [LinuxFact]
    public async Task A_line_that_takes_a_regular_expression_too_long_does_not_match()
    {
        var trap = new string('a', 40) + "!";
        using var app = new ScriptApp($"echo {trap}\necho aaa\nsleep 100");
        using var never = new ScriptApp($"echo {trap}\nsleep 100");

        Assert.Empty((await Recorder.RecordAsync(app.Request.ReadyWhen(null, "^(a+)+$"))).Warnings);
        var warning = Assert.Single((await Recorder.RecordAsync(never.Request.ReadyWhen(null, "^(a+)+$") with { TimeLimit = TimeSpan.FromSeconds(4) })).Warnings);
        Assert.EndsWith("To match a line took longer than 1 s: simplify the expression.", warning, StringComparison.Ordinal);
    }

    [StraceTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Strace_sees_files_that_are_neither_mapped_nor_in_the_app_folder(bool useStrace)
    {
        using var app = new ScriptApp("cat /etc/passwd > /dev/null\necho ready\nsleep 100");

        var recording = await Recorder.RecordAsync(app.Request with { UseStrace = useStrace });

        Assert.Equal(useStrace, recording.Files.Any(f => f.Path == "/etc/passwd"));
        Assert.Equal(useStrace, recording.Sources.Contains("strace"));
        Assert.DoesNotContain(recording.Files, f => f.Path.EndsWith("/strace", StringComparison.Ordinal));
    }

    [LinuxFact]
    public async Task The_environment_is_the_callers_and_its_values_stay_secret()
    {
        using var app = new ScriptApp("echo $SECRET | tr a-z A-Z\necho \"[$GONE]\"\necho ready\nsleep 100");
        var recording = await Recorder.RecordAsync(app.Request with { Environment = app.Request.Environment.Add("SECRET", "hush").Add("GONE", null).SetItem("PATH", "/usr/bin:/bin") });

        Assert.Contains("HUSH", app.Lines);
        Assert.Contains("[]", app.Lines);
        Assert.DoesNotContain("hush", recording.ToProfile().ToText(), StringComparison.OrdinalIgnoreCase);
    }
}
