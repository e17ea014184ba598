using System.CommandLine;
using Estargz.Profiles;
using Estargz.Recording;

namespace Estargz.Tool;

/// <summary><c>record</c>: starts an app, here or in its image, and writes down what it reads until it is ready.</summary>
internal static class RecordCommand
{
    /// <summary>What it is called.</summary>
    public const string Name = "record";

    /// <summary>The command.</summary>
    /// <param name="args">All of the command line: how many of its words stand after the double dash, its parser does not tell.</param>
    public static Command Create(string[] args)
    {
        int afterDashes = args.SkipWhile(arg => arg != "--").Skip(1).Count();
        var words = new Argument<string[]>("REF|OCI-LAYOUT -- COMMAND")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "An image to record in, for this machine; after --, arguments in place of those that it has. Without an image, after --: how to start an app of this machine, such as dotnet app.dll.",
        };
        var output = new Option<string>("--output") { Description = "The profile to write.", HelpName = "FILE", DefaultValueFactory = _ => "startup-profile.txt" };
        var record = new Option<string?>("--record-out") { Description = "Also write what was read of the image as ctr-remote's --estargz-record-in reads it.", HelpName = "FILE" };
        var url = new Option<string?>("--url") { Description = "The app is ready when this answers 200: a URL, or a path at the app's first address.", HelpName = "URL" };
        var line = new Option<string?>("--line") { Description = "The app is ready when it has written a line that matches.", HelpName = "REGEX" };
        var exit = new Option<bool>("--exit") { Description = "The app is ready when it has ended." };
        var timeout = new Option<double>("--timeout") { Description = "How long to wait for that.", HelpName = "SECONDS", DefaultValueFactory = _ => RecordingRequest.DefaultTimeLimit.TotalSeconds };
        var runs = NumberOption.Create("--runs", "How often to start the app; the profile has what any of the starts read.", "N", 1, 1, 100);
        var folder = new Option<string?>("--app-folder") { Description = "Without an image, the folder that becomes the image's working directory. Without it: that of the app.", HelpName = "DIR" };
        var strace = new Option<bool>("--strace") { Description = "Trace the app with strace too: sees files outside of the app that are not mapped." };
        var command = new Command(Name, "Starts an app, or an image, notes what it reads until it is ready, and writes a start-up profile. Needs Linux.")
        {
            output, record, url, line, exit, timeout, runs, folder, strace, words,
        };
        command.Validators.Add(result =>
        {
            if (new Option[] { url, line, exit }.Count(option => result.GetResult(option) is { Implicit: false }) > 1)
            {
                result.AddError("--url, --line and --exit are ways to tell when the app is ready. Give one of them.");
            }

            int images = (result.GetResult(words)?.Tokens.Count ?? 0) - afterDashes;
            if (result.GetResult(words)?.Tokens.Take(images).FirstOrDefault(token => token.Value.StartsWith('-')) is { } unknown)
            {
                result.AddError($"Unrecognized option '{unknown.Value}'. What is for the app stands after --.");
            }
            else if (images > 1 || (images == 0 && afterDashes == 0))
            {
                result.AddError("Give an image, or after -- the command that starts an app.");
            }
            else if (result.GetResult(images == 0 ? record : folder) is not null)
            {
                result.AddError(images == 0 ? "--record-out is about the layers of an image. Give the image, too." : "--app-folder is the working directory of the image. Leave it out.");
            }
        });
        timeout.CustomParser = result =>
        {
            if (result.Tokens is [var token] && RecordingRequest.ParseTimeLimit(token.Value) is { } limit)
            {
                return limit.TotalSeconds;
            }

            result.AddError("--timeout has to be a number of seconds up to 86400, a day.");
            return 1;
        };
        command.SetAction((parsed, cancellationToken) => CommandLine.CatchAsync(
            async token =>
            {
                var all = parsed.GetRequiredValue(words);
                string[] after = all[^afterDashes..];
                using var image = after.Length < all.Length ? await RecordedImage.OpenAsync(all[0], token) : null;
                var request = (image?.Request(after) ?? Request(after)) with
                {
                    AppFolder = parsed.GetValue(folder),
                    TimeLimit = TimeSpan.FromSeconds(parsed.GetValue(timeout)),
                    UseStrace = parsed.GetValue(strace),
                    OutputWritten = Terminal.Tell,
                };
                request = parsed.GetValue(exit) ? request with { Readiness = Readiness.Exit } : request.ReadyWhen(parsed.GetValue(url), parsed.GetValue(line));
                var profile = await RunAsync(request, parsed.GetValue(runs), parsed.GetRequiredValue(output), token);
                if (parsed.GetValue(record) is { } path)
                {
                    Write(path, image!.ToRecord(profile));
                }

                return ExitCode.Success;
            },
            cancellationToken));
        return command;
    }

    /// <summary>What dotnet says of an assembly that is not there is about commands of the SDK.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>: there is no such assembly.</exception>
    private static RecordingRequest Request(string[] command)
    {
        var request = new RecordingRequest(command[0], [.. command.Skip(1)]);
        return request.EntryAssembly is not { } assembly || Path.GetFileNameWithoutExtension(command[0]) != "dotnet" || File.Exists(assembly) ? request
            : throw new EstargzException(DiagnosticCode.FileUnreadable, $"There is no file '{Path.GetFullPath(assembly)}', which dotnet is to run. Give the path of the app's assembly.");
    }

    private static async Task<StartupProfile> RunAsync(RecordingRequest request, int runs, string output, CancellationToken cancellationToken)
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

        var profile = recording.ToProfile();
        profile.Save(output);
        Terminal.Tell($"{output}: {Terminal.Count(recording.Files.Length, "file", "files")}");
        return profile;
    }

    private static void Write(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EstargzException(DiagnosticCode.FileUnreadable, $"'{path}' from --record-out cannot be written: {e.Message} Give a path where this user may write.", e);
        }
    }
}
