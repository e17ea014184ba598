using System.Collections.Immutable;
using Estargz.Profiles;

namespace Estargz.Recording;

/// <summary>What an app read until it was ready.</summary>
/// <param name="Files">The files in the order of their first access, each once.</param>
public sealed record Recording(ImmutableArray<RecordedFile> Files)
{
    /// <summary>The real path of the folder that the app was published to.</summary>
    public required string AppFolder { get; init; }

    /// <summary>The real path of the .NET installation that ran the app; null if it brought its own, or is native.</summary>
    public string? DotnetRoot { get; init; }

    /// <summary>
    /// The program and the entry assembly, without their folders: a profile is the same on every machine, and arguments may
    /// hold a secret.
    /// </summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Where the files are known from: <c>eventpipe</c>, <c>inotify</c>, <c>maps</c>, <c>pagemap</c>, <c>strace</c>.</summary>
    public ImmutableArray<string> Sources { get; init; } = [];

    /// <summary>The frameworks' files in the folder of a self-contained app, by their names.</summary>
    internal ImmutableDictionary<string, FrameworkVersion> RuntimePackFiles { get; init; } = Estargz.Recording.RuntimePackFiles.None;

    /// <summary>How long it took until the app was ready, in seconds; null if it never was.</summary>
    public double? ReadySeconds { get; init; }

    /// <summary>What makes the recording less than complete, in sentences; empty if nothing does.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>
    /// Several recordings of one app as one: files in the order in which they first appear, with the pages that any of
    /// them touched; all the rest is the first one's, but for sources and warnings.
    /// </summary>
    /// <exception cref="ArgumentException">There is no recording.</exception>
    public static Recording Merge(params IReadOnlyCollection<Recording> recordings)
    {
        var first = recordings.FirstOrDefault() ?? throw new ArgumentException("There is nothing to merge.", nameof(recordings));
        return first with
        {
            Files = [.. recordings.SelectMany(r => r.Files).GroupBy(f => f.Path, StringComparer.Ordinal).Select(Merge)],
            ReadySeconds = recordings.Max(r => r.ReadySeconds),
            Sources = [.. recordings.SelectMany(r => r.Sources).Distinct().Order(StringComparer.Ordinal)],
            Warnings = [.. recordings.SelectMany(r => r.Warnings).Distinct()],
        };
    }

    /// <summary>The start-up profile: paths that hold for other images of the app too.</summary>
    public StartupProfile ToProfile()
    {
        var paths = new RecordedPaths(this);
        var header = new ProfileHeader
        {
            Rid = paths.Rid,
            Frameworks = [.. paths.Frameworks],
            Recorder = string.Join(", ", Sources),
            Command = string.Join(' ', Command),
            ReadySeconds = ReadySeconds is { } seconds ? Math.Round(seconds, 1) : null,
        };
        return StartupProfile.Of(header, Files.Select(paths.Line));
    }

    /// <summary>The whole file wins: a recording that could not measure pages does not know better.</summary>
    private static RecordedFile Merge(IEnumerable<RecordedFile> accesses) =>
        accesses.Aggregate((a, b) => a with { Pages = a.Pages is null || b.Pages is null ? null : TouchedPages.Union(a.Pages, b.Pages) });
}
