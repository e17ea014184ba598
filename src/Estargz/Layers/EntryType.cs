namespace Estargz.Layers;

/// <summary>What an entry is: the types that a TOC can name (eStargz spec, "TOCEntry", <c>type</c>).</summary>
public enum EntryType
{
    /// <summary>A regular file, whiteouts included.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    Symlink,

    /// <summary>Another name of a file that stands earlier in the same layer.</summary>
    HardLink,

    /// <summary>A character device.</summary>
    CharDevice,

    /// <summary>A block device.</summary>
    BlockDevice,

    /// <summary>A named pipe.</summary>
    Fifo,
}

/// <summary>How tar and TOC spell an <see cref="EntryType"/>.</summary>
internal static class EntryTypeNames
{
    public static string ToToc(this EntryType type) => type switch
    {
        EntryType.File => "reg",
        EntryType.Directory => "dir",
        EntryType.Symlink => "symlink",
        EntryType.HardLink => "hardlink",
        EntryType.CharDevice => "char",
        EntryType.BlockDevice => "block",
        EntryType.Fifo => "fifo",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    public static byte ToTypeFlag(this EntryType type) => type switch
    {
        EntryType.File => (byte)'0',
        EntryType.HardLink => (byte)'1',
        EntryType.Symlink => (byte)'2',
        EntryType.CharDevice => (byte)'3',
        EntryType.BlockDevice => (byte)'4',
        EntryType.Directory => (byte)'5',
        EntryType.Fifo => (byte)'6',
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
