namespace Estargz.Layers;

/// <summary>
/// The entry that tells a lazy client how much to fetch before the container starts (eStargz spec, "Prioritized Files
/// and Landmark Files").
/// </summary>
public static class Landmark
{
    /// <summary>Everything before this entry is fetched at once, in one request.</summary>
    public const string Prefetch = ".prefetch.landmark";

    /// <summary>Nothing is worth fetching ahead.</summary>
    public const string NoPrefetch = ".no.prefetch.landmark";

    private static readonly byte[] Content = [0x0f];

    /// <summary>Whether a cleaned path belongs to the format, so that no file of a user can have it.</summary>
    public static bool IsReserved(string path) => path is Prefetch or NoPrefetch or Toc.EntryName;

    /// <summary>Whether an entry makes a folder of what is a file of the format, so that no client could unpack the layer.</summary>
    internal static bool IsReservedFolder(Entry entry) =>
        entry.Path is var path && path.IndexOf('/', StringComparison.Ordinal) is var slash && (slash > 0 || entry.Type == EntryType.Directory)
        && IsReserved(slash > 0 ? path[..slash] : path);

    /// <summary>The landmark's entry: one byte, no time, no mode, as the reference has it.</summary>
    internal static Entry Create(bool prefetch) => new Entry
    {
        Name = prefetch ? Prefetch : NoPrefetch,
        Type = EntryType.File,
        Content = ByteSource.Of(Content),
    };
}
