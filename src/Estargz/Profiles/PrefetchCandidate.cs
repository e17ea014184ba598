namespace Estargz.Profiles;

/// <summary>An entry that is read at start-up, and what it costs.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Size">The size of the file in bytes; 0 for links and directories.</param>
/// <param name="CompressedSize">How many bytes it has, or will have, in the blob; an estimate is enough.</param>
public sealed record PrefetchCandidate(StartupEntry Entry, long Size, long CompressedSize)
{
    /// <summary>
    /// Pages that apps often read of the file, though perhaps not this one; null where nobody knows. A copy of them costs
    /// little, and one that is missing 2 MiB.
    /// </summary>
    public TouchedPages? OftenRead { get; init; }
}
