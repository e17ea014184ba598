namespace Estargz.Recording.Tests;

/// <summary>Apps that cannot be recorded.</summary>
[Collection("apps")]
public sealed class RecorderFailureTests
{
    [LinuxFact]
    public async Task An_app_that_ends_before_it_is_ready_is_a_failure()
    {
        using var app = new ScriptApp("echo oops >&2\nexit 3");

        var failure = await Assert.ThrowsAsync<EstargzException>(() => Recorder.RecordAsync(app.Request));

        Assert.Equal(DiagnosticCode.RecordingFailed, failure.Code);
        Assert.Contains("ended with exit code 3 before a line that matches '^ready$'", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["oops"], app.Lines);
    }

    [LinuxTheory]
    [InlineData(3)]
    [InlineData(128)]
    [InlineData(147)] // 19 is SIGSTOP, which ends nothing.
    [InlineData(255)]
    public async Task An_exit_code_is_a_warning_where_the_end_is_awaited(int exitCode)
    {
        using var app = new ScriptApp($"exit {exitCode}");

        var recording = await Recorder.RecordAsync(app.Request with { Readiness = Readiness.Exit });

        Assert.Equal([$"The app ended with exit code {exitCode}."], [.. recording.Warnings]);
    }

    [LinuxFact]
    public async Task A_signal_is_a_failure_even_there()
    {
        using var app = new ScriptApp("kill -SEGV $$");

        var failure = await Assert.ThrowsAsync<EstargzException>(() => Recorder.RecordAsync(app.Request with { Readiness = Readiness.Exit }));

        Assert.Equal(DiagnosticCode.RecordingFailed, failure.Code);
        Assert.Contains("' was ended by signal 11 (SIGSEGV). ", failure.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_program_or_folder_that_is_not_there_is_a_failure()
    {
        using var app = new ScriptApp("exit 0");
        foreach (var request in (RecordingRequest[])[app.Request with { FileName = "no-such-program" }, app.Request with { FileName = "/no/such/program" }, app.Request with { AppFolder = "/no/such/folder" }])
        {
            Assert.Equal(DiagnosticCode.RecordingFailed, (await Assert.ThrowsAsync<EstargzException>(() => Recorder.RecordAsync(request))).Code);
        }
    }

    [LinuxFact]
    public async Task A_file_that_is_no_program_is_a_failure()
    {
        using var app = new ScriptApp("exit 0");
        var text = Path.Combine(Path.GetDirectoryName(app.Request.FileName)!, "notes.txt");
        await File.WriteAllTextAsync(text, "notes");

        var failure = await Assert.ThrowsAsync<EstargzException>(() => Recorder.RecordAsync(app.Request with { FileName = text }));

        Assert.Equal(DiagnosticCode.RecordingFailed, failure.Code);
    }

    [Theory]
    [InlineData("health")]
    [InlineData("ftp://127.0.0.1/")]
    public void A_readiness_that_is_neither_path_nor_URL_is_refused(string target) =>
        Assert.Equal(DiagnosticCode.InvalidProperty, Assert.Throws<EstargzException>(() => Readiness.Http(target)).Code);
}
