using System.Net;

namespace Estargz.Recording.Tests;

/// <summary>When a web app is ready: where it is asked, and what counts as the answer.</summary>
[Collection("apps")]
public sealed class HttpReadinessTests
{
    [LinuxTheory]
    [InlineData("info: Now listening on: http://{0}")]
    [InlineData("info|Now listening on: http://{0}|url: |")]
    [InlineData("Now listening on: http://{0}.")]
    [InlineData("(Now listening on: http://{0})")]
    [InlineData("Now listening on: \"http://{0}\"")]
    [InlineData("Now listening on: http://unix:/tmp/x.sock\nNow listening on: http://{0}")]
    [InlineData("Now listening on: http://127.0.0.1:99999\nNow listening on: http://{0}")]
    public async Task The_address_is_found_in_what_loggers_make_of_the_line(string lines)
    {
        using var server = new AnswerServer(HttpStatusCode.OK);

        Assert.Empty((await RecordAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, lines, server.Host))).Warnings);
    }

    [LinuxFact]
    public async Task A_body_of_any_size_is_read()
    {
        const int Size = 6 << 20;
        long written = 0;
        using var server = new AnswerServer(async stream =>
        {
            await AnswerServer.WriteAsync(stream, $"HTTP/1.1 200 OK\r\nContent-Length: {Size}\r\n\r\n");
            for (var part = new byte[1 << 16]; written < Size; written += part.Length)
            {
                await stream.WriteAsync(part);
            }
        });

        Assert.Empty((await RecordAsync("Now listening on: http://" + server.Host)).Warnings);
        Assert.Equal(Size, written);
    }

    [LinuxTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_never_ends_is_one(bool isQuiet)
    {
        using var server = new AnswerServer(async stream =>
        {
            await AnswerServer.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
            while (true)
            {
                await AnswerServer.WriteAsync(stream, "data: " + new string('x', isQuiet ? 1 : 1 << 20) + "\n\n");
                await Task.Delay(isQuiet ? 500 : 0);
            }
        });

        Assert.Empty((await RecordAsync("Now listening on: http://" + server.Host)).Warnings);
    }

    [LinuxFact]
    public async Task An_answer_that_breaks_off_is_none()
    {
        using var server = new AnswerServer(stream => AnswerServer.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));

        Assert.Single((await RecordAsync("Now listening on: http://" + server.Host, seconds: 3)).Warnings);
    }

    [LinuxFact]
    public async Task Without_any_address_the_warning_says_how_to_give_one()
    {
        var warning = Assert.Single((await RecordAsync("Now listening on: http://unix:/tmp/x.sock", seconds: 0.7)).Warnings);

        Assert.EndsWith("No address of the app was found: set EstargzReadyUrl, or --url of the tool, to the URL that it answers.", warning, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task With_an_address_the_warning_says_what_was_answered()
    {
        using var server = new AnswerServer(HttpStatusCode.BadRequest);

        var warning = Assert.Single((await RecordAsync("Now listening on: http://" + server.Host, seconds: 3)).Warnings);

        Assert.Contains("the answer 200 from '/' (the last answer was 400)", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("EstargzReadyUrl", warning, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_redirect_within_this_machine_is_followed()
    {
        using var target = new AnswerServer(HttpStatusCode.OK);
        using var server = AnswerServer.Redirect($"http://localhost:{target.Host.Split(':')[1]}/start");

        Assert.Empty((await RecordAsync("Now listening on: http://" + server.Host)).Warnings);
    }

    [LinuxTheory]
    [InlineData("https://login.example/authorize?state=secret", "302, to https://login.example/authorize)")]
    [InlineData("ftp://127.0.0.1/x", "302, to ftp://127.0.0.1/x)")]
    [InlineData("/again", "302, to http://{0}/again)")]
    public async Task A_redirect_that_leads_nowhere_in_the_app_is_the_answer(string location, string answer)
    {
        using var server = AnswerServer.Redirect(location);

        var warning = Assert.Single((await RecordAsync("Now listening on: http://" + server.Host, seconds: 3)).Warnings);

        Assert.Contains("the last answer was " + answer.Replace("{0}", server.Host, StringComparison.Ordinal), warning, StringComparison.Ordinal);
        Assert.EndsWith("Set EstargzReadyUrl, or --url of the tool, to a path that answers 200.", warning, StringComparison.Ordinal);
    }

    [LinuxTheory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.NotFound)]
    public async Task What_answers_before_the_app_is_started_is_not_taken_for_it(HttpStatusCode status)
    {
        using var other = new AnswerServer(status);
        using var app = new ScriptApp("echo started\nsleep 100");

        var failure = await Assert.ThrowsAsync<EstargzException>(() => Recorder.RecordAsync(app.Request with { Readiness = Readiness.Http($"http://{other.Host}/x") }));

        Assert.Equal(DiagnosticCode.RecordingFailed, failure.Code);
        Assert.Contains($"something else answers at 'http://{other.Host}/x' already ({(int)status})", failure.Message, StringComparison.Ordinal);
        Assert.Empty(app.Lines);
    }

    [LinuxFact]
    public async Task A_proxy_without_an_app_behind_it_may_be_there_before()
    {
        int asked = 0;
        using var proxy = new AnswerServer(stream => AnswerServer.WriteAsync(stream, $"HTTP/1.1 {(asked++ == 0 ? 502 : 200)} x\r\nContent-Length: 0\r\n\r\n"));
        using var app = new ScriptApp("sleep 100");

        Assert.Empty((await Recorder.RecordAsync(app.Request with { Readiness = Readiness.Http($"http://{proxy.Host}/") })).Warnings);
    }

    [LinuxFact]
    public async Task An_executable_that_announces_an_address_is_a_web_app()
    {
        using var server = new AnswerServer(HttpStatusCode.OK);
        using var app = new ScriptApp($"echo Now listening on: http://{server.Host}\nsleep 100");

        Assert.Empty((await Recorder.RecordAsync(app.Request.ReadyWhen(null, null))).Warnings);
    }

    [LinuxFact]
    public async Task An_executable_that_announces_none_is_ready_at_its_end()
    {
        using var brief = new ScriptApp("exit 3");
        using var endless = new ScriptApp("sleep 100");

        Assert.Equal(["The app ended with exit code 3."], [.. (await Recorder.RecordAsync(brief.Request.ReadyWhen(null, null))).Warnings]);
        var warning = Assert.Single((await Recorder.RecordAsync(endless.Request.ReadyWhen(null, null) with { TimeLimit = TimeSpan.FromSeconds(1) })).Warnings);

        Assert.Contains("not yet the end of the app", warning, StringComparison.Ordinal);
        Assert.EndsWith("If it is a web app, set EstargzReadyUrl, or --url of the tool, to a path that answers 200, such as '/'.", warning, StringComparison.Ordinal);
    }

    private static async Task<Recording> RecordAsync(string lines, double seconds = 30)
    {
        using var app = new ScriptApp($"cat <<'END'\n{lines}\nEND\nsleep 100");
        return await Recorder.RecordAsync(app.Request with { Readiness = Readiness.Http(), TimeLimit = TimeSpan.FromSeconds(seconds) });
    }
}
