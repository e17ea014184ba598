using System.Diagnostics;

namespace Estargz.Recording.Tests;

/// <summary>Nothing stays behind, whatever the app does.</summary>
[Collection("apps")]
public sealed class LeftoverTests : IDisposable
{
    private readonly HashSet<string> _before = Scratch();

    [LinuxFact]
    public async Task Children_are_killed()
    {
        using var app = new ScriptApp("echo $$\nsleep 100 &\necho $!\necho ready\nwait");

        await Recorder.RecordAsync(app.Request);

        Assert.Equal(3, app.Lines.Count);
        Assert.Empty(app.Running);
    }

    [LinuxFact]
    public async Task Orphans_are_killed()
    {
        using var app = new ScriptApp("mkfifo $TMPDIR/go\n(setsid sh -c 'echo $$; echo > $TMPDIR/go; sleep 100' &)\nread x < $TMPDIR/go");

        await Recorder.RecordAsync(app.Request with { Readiness = Readiness.Exit });

        Assert.Single(app.Lines);
        Assert.Empty(app.Running);
    }

    [LinuxFact]
    public async Task Children_with_another_environment_are_killed()
    {
        using var app = new ScriptApp("env -i sleep 100 &\necho $!\necho ready\nwait");

        await Recorder.RecordAsync(app.Request);

        Assert.Equal(2, app.Lines.Count);
        Assert.Empty(app.Running);
    }

    [LinuxFact]
    public async Task Daemons_with_another_environment_are_killed()
    {
        using var app = new ScriptApp("mkfifo $TMPDIR/go\n(setsid env -i sh -c 'echo $$; echo > $0; sleep 100' $TMPDIR/go &)\nread x < $TMPDIR/go");

        await Recorder.RecordAsync(app.Request with { Readiness = Readiness.Exit });

        Assert.Single(app.Lines);
        Assert.Empty(app.Running);
    }

    [LinuxFact]
    public async Task What_others_start_meanwhile_is_left_alone()
    {
        using var app = new ScriptApp("echo started\nread x < $TMPDIR/go\necho ready\nsleep 100");
        using var go = Process.Start("mkfifo", Path.Combine(app.Request.Environment["TMPDIR"]!, "go"));
        await go.WaitForExitAsync();
        Process? other = null;
        var request = app.Request with
        {
            OutputWritten = line =>
            {
                // As a build server: no child of this process for long, and in a session of its own.
                other ??= Process.Start("sh", ["-c", $"setsid sleep 7.0031 & echo > {app.Request.Environment["TMPDIR"]}/go; wait"]);
                app.Lines.Enqueue(line);
            },
        };

        await Recorder.RecordAsync(request);

        Assert.False(other!.HasExited);
        other.Kill(entireProcessTree: true);
        other.Dispose();
    }

    [LinuxFact]
    public async Task An_app_that_ignores_SIGTERM_is_killed()
    {
        using var app = new ScriptApp("trap '' TERM\necho $$\necho ready\nwhile :; do sleep 0.1; done");

        await Recorder.RecordAsync(app.Request);

        Assert.Equal(2, app.Lines.Count);
        Assert.Empty(app.Running);
    }

    [LinuxFact]
    public async Task A_canceled_recording_kills_the_app()
    {
        using var cancel = new CancellationTokenSource();
        using var app = new ScriptApp("echo $$\nsleep 100 &\necho $!\necho cancel\nwait");
        var request = app.Request with
        {
            OutputWritten = line =>
            {
                app.Lines.Enqueue(line);
                if (line == "cancel")
                {
                    cancel.Cancel();
                }
            },
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Recorder.RecordAsync(request, cancel.Token));

        Assert.Equal(3, app.Lines.Count);
        Assert.Empty(app.Running);
    }

    [LinuxFact]
    public async Task A_callback_that_throws_does_not_keep_the_app_running()
    {
        using var app = new ScriptApp("echo $$\necho ready\nsleep 100");
        var request = app.Request with
        {
            OutputWritten = line =>
            {
                app.Lines.Enqueue(line);
                throw new InvalidTimeZoneException();
            },
        };

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Recorder.RecordAsync(request));

        Assert.Empty(app.Running);
    }

    /// <summary>The recorder's own folders are gone after every test.</summary>
    public void Dispose() => Assert.Empty(Scratch().Except(_before));

    private static HashSet<string> Scratch() => [.. Directory.EnumerateDirectories(Path.GetTempPath(), "estargz-recording-*")];
}
