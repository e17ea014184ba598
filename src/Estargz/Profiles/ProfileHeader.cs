using System.Collections.Immutable;

namespace Estargz.Profiles;

/// <summary>What a profile says of itself in the comments before its first path. All of it may be missing.</summary>
public sealed record ProfileHeader
{
    /// <summary>The version of the text format that this code reads and writes.</summary>
    public const int FormatVersion = 1;

    /// <summary>No start takes longer, an hour: whatever a file says.</summary>
    internal const double MaxReadySeconds = 3600;

    /// <summary>A header that says nothing.</summary>
    public static ProfileHeader Empty { get; } = new();

    /// <summary>The runtime identifier that it was made for: <c>linux-x64</c>.</summary>
    public string? Rid { get; init; }

    /// <summary>The shared frameworks that the app used.</summary>
    public ImmutableArray<FrameworkVersion> Frameworks { get; init; } = [];

    /// <summary>What made the profile: <c>strace</c>, <c>static</c>.</summary>
    public string? Recorder { get; init; }

    /// <summary>The command that was recorded. Who writes it must see to it that it holds no secret.</summary>
    public string? Command { get; init; }

    /// <summary>How long the recorded app took until it was ready, on the machine that recorded it, in seconds; one digit behind the point.</summary>
    public double? ReadySeconds { get; init; }

    /// <summary>What several profiles say together: what differs between them is not said, frameworks are collected, and of times the longest
    /// counts.</summary>
    public static ProfileHeader Merge(IEnumerable<ProfileHeader> headers)
    {
        ImmutableArray<ProfileHeader> all = [.. headers];
        return new ProfileHeader
        {
            Rid = Common(all.Select(header => header.Rid)),
            Frameworks = [.. all.SelectMany(header => header.Frameworks).Distinct()],
            Recorder = string.Join(", ", all.SelectMany(header => header.Recorder?.Split(", ") ?? []).Distinct()) is { Length: > 0 } recorders ? recorders : null,
            Command = Common(all.Select(header => header.Command)),
            ReadySeconds = all.Max(header => header.ReadySeconds),
        };
    }

    private static string? Common(IEnumerable<string?> values) =>
        values.OfType<string>().Distinct().ToArray() is [var value] ? value : null;
}
