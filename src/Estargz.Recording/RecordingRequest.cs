using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Estargz.Images;

namespace Estargz.Recording;

/// <summary>What to start and how to tell that it has started.</summary>
/// <param name="FileName">The program: a path, or a name to look for on PATH, such as <c>dotnet</c>.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record RecordingRequest(string FileName, ImmutableArray<string> Arguments)
{
    /// <summary>For one line; some expressions need years for a line that they almost match.</summary>
    private static readonly TimeSpan MatchTime = TimeSpan.FromSeconds(1);

    /// <summary>The <see cref="TimeLimit"/> of who sets none.</summary>
    public static TimeSpan DefaultTimeLimit { get; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The folder that the app was published to; null: that of the <see cref="EntryAssembly"/> if there is one, else that of
    /// the program.
    /// </summary>
    public string? AppFolder { get; init; }

    /// <summary>
    /// The unpacked image that the app runs in; null: it runs on this machine. With it, program, arguments, working directory
    /// and environment are those of the image, and nothing is added from this machine.
    /// </summary>
    public RootFilesystem? Root { get; init; }

    /// <summary>Who the app is in its image (OCI image spec, config.md, "User"); null: root.</summary>
    public string? User { get; init; }

    /// <summary>Where the app runs; null: in its folder, as it does in an image.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Variables to set, over those of this process if there is no <see cref="Root"/>; null removes one. No value is ever shown.</summary>
    public ImmutableDictionary<string, string?> Environment { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>When the app is ready.</summary>
    public Readiness Readiness { get; init; } = Readiness.Http();

    /// <summary>How long to wait for that; then the recording is what was seen until then, with a warning.</summary>
    public TimeSpan TimeLimit { get; init; } = DefaultTimeLimit;

    /// <summary>
    /// Whether to have an ASP.NET Core app listen on a free port of 127.0.0.1 (ASPNETCORE_URLS), so that nothing else
    /// on the machine is in its way.
    /// </summary>
    public bool ChoosePort { get; init; }

    /// <summary>Whether to trace the app with strace(1) too: sees files outside of the app that are not mapped.</summary>
    public bool UseStrace { get; init; }

    /// <summary>Gets every line that the app writes, from several threads but one at a time.</summary>
    public Action<string>? OutputWritten { get; init; }

    /// <summary>The argument that is what <c>dotnet</c> runs: the first <c>.dll</c>, with nothing but options of the host before it; null: none.</summary>
    public string? EntryAssembly => EntryIndex < 0 ? null : Arguments[EntryIndex];

    /// <summary>Where that stands among the arguments; -1: nowhere.</summary>
    internal int EntryIndex => HostCommand.FindAssembly(FileName, Arguments);

    /// <summary>Reads a <see cref="TimeLimit"/> in seconds, above 0 and up to a day; null: it is none.</summary>
    public static TimeSpan? ParseTimeLimit(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and <= 86400
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>How an image starts its app (OCI image spec, config.md).</summary>
    /// <param name="config">The image's configuration.</param>
    /// <param name="root">The unpacked image.</param>
    /// <param name="arguments">Arguments in place of <c>Cmd</c>; none: those of the image.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.RecordingFailed"/>: the image does not say what to start.</exception>
    public static RecordingRequest For(ImageConfig config, RootFilesystem root, IReadOnlyCollection<string> arguments)
    {
        string[] command = [.. config.Entrypoint, .. arguments.Count > 0 ? arguments : config.Cmd];
        return new RecordingRequest(
            command.FirstOrDefault() ?? throw new EstargzException(
                DiagnosticCode.RecordingFailed, "The image has neither Entrypoint nor Cmd, so it does not say what to start. Give a program of the image, with its arguments, after --."),
            [.. command.Skip(1)])
        {
            Root = root,
            User = config.User,
            WorkingDirectory = config.WorkingDirectory is { Length: > 0 } folder ? folder : "/",
            Environment = config.Env.Select(variable => variable.Split('=', 2)).GroupBy(variable => variable[0], StringComparer.Ordinal)
                .ToImmutableDictionary(variable => variable.Key, string? (variable) => variable.Last().ElementAtOrDefault(1) ?? "", StringComparer.Ordinal),
        };
    }

    /// <summary>
    /// This request with what a user says of the app's readiness; who says nothing means <see cref="Readiness.For"/>.
    /// The port of the app is the recorder's choice, unless the URL has one.
    /// </summary>
    /// <param name="url">A URL, or a path at the app's first address; null or empty: not said.</param>
    /// <param name="line">A regular expression for a line of the app's output; null or empty: not said.</param>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.InvalidProperty"/>: both, no URL, or no regular expression; <see cref="DiagnosticCode.RecordingFailed"/>:
    /// there is no such app; <see cref="DiagnosticCode.FileUnreadable"/>.
    /// </exception>
    public RecordingRequest ReadyWhen(string? url, string? line) => this with
    {
        ChoosePort = url is null or "" or ['/', ..],
        Readiness = (url, line) switch
        {
            (null or "", null or "") => Readiness.For(this),
            (_, null or "") => Readiness.Http(url),
            (null or "", _) => Readiness.Output(Pattern(line)),
            _ => throw new EstargzException(
                DiagnosticCode.InvalidProperty, $"The app cannot be ready at both the answer of '{url}' and a line that matches '{line}'. Give one of them."),
        },
    };

    private static Regex Pattern(string line)
    {
        try
        {
            return new Regex(line, RegexOptions.CultureInvariant, MatchTime);
        }
        catch (ArgumentException e)
        {
            throw new EstargzException(
                DiagnosticCode.InvalidProperty, $"'{line}' cannot tell when the app is ready: it is no regular expression. Give one such as 'Application started'.", e);
        }
    }
}
