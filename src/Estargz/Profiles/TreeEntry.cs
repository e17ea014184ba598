namespace Estargz.Profiles;

/// <summary>An entry of one layer, as the image tree needs it.</summary>
/// <param name="Name">The name exactly as the layer writes it: <c>usr/lib</c>, <c>./usr/lib/</c> or <c>/usr/lib</c>.</param>
/// <param name="Type">What it is.</param>
public sealed record TreeEntry(string Name, TreeEntryType Type)
{
    /// <summary>Where a symbolic link points; the name of the file that a hard link is another name of; else null.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>Permission bits, as in the layer.</summary>
    public int Mode { get; init; } = 0b111_101_101;

    /// <summary>The owner's number.</summary>
    public long Uid { get; init; }

    /// <summary>The group's number.</summary>
    public long Gid { get; init; }

    /// <summary>Its extended attributes, values as raw bytes; null if it has none.</summary>
    public IReadOnlyDictionary<string, byte[]>? Xattrs { get; init; }

    /// <summary>When a directory was changed, in seconds since 1970-01-01 UTC; of others, nobody asks.</summary>
    public long ModifiedSeconds { get; init; }
}
