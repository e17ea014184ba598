using Estargz.Profiles;

namespace Estargz.Publishing;

/// <summary>How the order of the layers is found.</summary>
public sealed record StartupOptions
{
    /// <summary>The file with the app's start-up profile, or null.</summary>
    public string? Profile { get; init; }

    /// <summary>Whether files are put in front at all. Without a profile, what the app reads is derived from its files.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>
    /// Whether base layers have the order that all .NET apps share, so that they are the same blobs for every app;
    /// otherwise they have this app's.
    /// </summary>
    public bool SharedBase { get; init; } = true;

    /// <summary>
    /// Whether layers hold copies, in their prefetch zone, of what is read of a large file of which little is read.
    /// </summary>
    public bool HotPieces { get; init; }

    /// <summary>The link that the prefetch zone is made for.</summary>
    public NetworkLink Link { get; init; } = NetworkLink.Default;

    /// <summary>The name of the entry assembly, without extension.</summary>
    public required string Assembly { get; init; }

    /// <summary>The runtime identifier of the image.</summary>
    public required string RuntimeIdentifier { get; init; }

    /// <summary>The project's <c>InvariantGlobalization</c>.</summary>
    public bool InvariantGlobalization { get; init; }

    /// <summary>Whether advice is given on what would make the app start sooner.</summary>
    public bool Advice { get; init; } = true;
}
