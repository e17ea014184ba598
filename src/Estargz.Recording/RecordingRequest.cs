using System.Collections.Immutable;

namespace Estargz.Recording;

/// <summary>What to start and how to tell that it has started.</summary>
/// <param name="FileName">The program: a path, or a name to look for on PATH, such as <c>dotnet</c>.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record RecordingRequest(string FileName, ImmutableArray<string> Arguments)
{
    /// <summary>
    /// The folder that the app was published to; null: that of the first argument if it is a <c>.dll</c>, else that of
    /// the program.
    /// </summary>
    public string? AppFolder { get; init; }

    /// <summary>Where the app runs; null: in its folder, as it does in an image.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Variables to set, over those of this process; null removes one. No value is ever shown.</summary>
    public ImmutableDictionary<string, string?> Environment { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>When the app is ready.</summary>
    public Readiness Readiness { get; init; } = Readiness.Http();

    /// <summary>How long to wait for that; then the recording is what was seen until then, with a warning.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether to have an ASP.NET Core app listen on a free port of 127.0.0.1 (ASPNETCORE_URLS), so that nothing else
    /// on the machine is in its way.
    /// </summary>
    public bool ChoosePort { get; init; }

    /// <summary>Whether to trace the app with strace(1) too: sees files outside of the app and .NET that are not mapped.</summary>
    public bool UseStrace { get; init; }

    /// <summary>Gets every line that the app writes, from several threads but one at a time.</summary>
    public Action<string>? OutputWritten { get; init; }
}
