using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Estargz.Profiles;
using Estargz.Recording;

namespace Estargz.Tool;

/// <summary><c>record</c>: starts an app and writes down what it reads until it is ready.</summary>
internal static class RecordCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var app = new Argument<string[]>("COMMAND") { Arity = ArgumentArity.OneOrMore, Description = "After --: how to start the app, such as dotnet app.dll." };
        var output = new Option<string>("--output") { Description = "The profile to write.", HelpName = "FILE", DefaultValueFactory = _ => "startup-profile.txt" };
        var url = new Option<string?>("--url") { Description = "The app is ready when this answers 200: a URL, or a path at the app's first address.", HelpName = "URL" };
        var line = new Option<string?>("--line") { Description = "The app is ready when it has written a line that matches.", HelpName = "REGEX" };
        var exit = new Option<bool>("--exit") { Description = "The app is ready when it has ended." };
        var timeout = new Option<double>("--timeout") { Description = "How long to wait for that.", HelpName = "SECONDS", DefaultValueFactory = _ => 30 };
        var runs = new Option<int>("--runs") { Description = "How often to start the app; the profile has what any of the starts read.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var folder = new Option<string?>("--app-folder") { Description = "The folder that becomes the image's working directory. Without it: that of the app.", HelpName = "DIR" };
        var strace = new Option<bool>("--strace") { Description = "Trace the app with strace too: sees files outside of the app and .NET." };
        var command = new Command("record", "Starts an app, notes what it reads until it is ready, and writes a start-up profile. Needs Linux.")
        {
            output, url, line, exit, timeout, runs, folder, strace, app,
        };
        command.Validators.Add(result =>
        {
            if (new Option[] { url, line, exit }.Count(option => result.GetResult(option) is { Implicit: false }) > 1)
            {
                result.AddError("--url, --line and --exit are ways to tell when the app is ready. Give one of them.");
            }
        });
        timeout.Validators.Add(result => Require(result, result.GetValueOrDefault<double>() is > 0 and <= 86400, "--timeout has to be a number of seconds up to 86400, a day."));
        runs.Validators.Add(result => Require(result, result.GetValueOrDefault<int>() is > 0 and <= 100, "--runs has to be a number from 1 to 100."));
        command.SetAction((parsed, cancellationToken) => CommandLine.CatchAsync(
            token =>
            {
                var request = Request(parsed.GetRequiredValue(app)) with
                {
                    AppFolder = parsed.GetValue(folder),
                    TimeLimit = TimeSpan.FromSeconds(parsed.GetValue(timeout)),
                    UseStrace = parsed.GetValue(strace),
                };
                request = parsed.GetValue(exit) ? request with { Readiness = Readiness.Exit } : request.ReadyWhen(parsed.GetValue(url), parsed.GetValue(line));
                return RunAsync(request, parsed.GetValue(runs), parsed.GetRequiredValue(output), token);
            },
            cancellationToken));
        return command;
    }

    private static void Require(OptionResult result, bool condition, string message)
    {
        if (!condition)
        {
            result.AddError(message);
        }
    }

    /// <summary>The app runs in its own folder, so the path of its assembly must not depend on this one.</summary>
    private static RecordingRequest Request(string[] command) => new(
        command[0],
        [.. command.Skip(1).Select((argument, i) => i == 0 && argument.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? Path.GetFullPath(argument) : argument)])
    {
        OutputWritten = Terminal.Tell,
    };

    private static async Task<int> RunAsync(RecordingRequest request, int runs, string output, CancellationToken cancellationToken)
    {
        var recordings = new List<Recording.Recording>();
        for (int i = 0; i < runs; i++)
        {
            recordings.Add(await Recorder.RecordAsync(request, cancellationToken));
        }

        var recording = Recording.Recording.Merge(recordings);
        foreach (var warning in recording.Warnings)
        {
            Terminal.Tell($"warning {DiagnosticCode.RecordingFailed}: {warning}");
        }

        recording.ToProfile().Save(output);
        Terminal.Tell(string.Create(CultureInfo.InvariantCulture, $"{output}: {recording.Files.Length} files"));
        return ExitCode.Success;
    }
}
