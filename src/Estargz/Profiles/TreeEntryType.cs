namespace Estargz.Profiles;

/// <summary>What an entry of a layer is, as far as paths are concerned.</summary>
public enum TreeEntryType
{
    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A symbolic link.</summary>
    Symlink,

    /// <summary>Another name of a file of the same layer.</summary>
    HardLink,

    /// <summary>A device or a FIFO.</summary>
    Other,
}
