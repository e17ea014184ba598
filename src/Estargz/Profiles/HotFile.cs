namespace Estargz.Profiles;

/// <summary>
/// A large file of which little is read at start-up: its layer holds copies of that little in the prefetch zone
/// (docs/hot-pieces.md), and the file itself at its end.
/// </summary>
/// <param name="Name">The name exactly as the layer writes it.</param>
/// <param name="Pages">What is copied.</param>
/// <param name="Bytes">The compressed bytes of the copies.</param>
/// <param name="CompressedSize">The compressed bytes of the whole file.</param>
public sealed record HotFile(string Name, TouchedPages Pages, long Bytes, long CompressedSize)
{
    /// <summary>
    /// What a client's kernel reads around each page it needs, 128 KiB in all, is read through the copies too: one page
    /// beside them costs 2 MiB.
    /// </summary>
    private const int Margin = 16;

    /// <summary>A copy of so little is cheaper than to stop there and begin again.</summary>
    private const int Gap = 16;

    /// <summary>What a file would be with copies of what is read of it.</summary>
    /// <param name="file">The file.</param>
    /// <returns>Null where it does not pay: the file is not large, too much of it is read, or nobody knows how much.</returns>
    public static HotFile? Of(PrefetchCandidate file)
    {
        if (TouchedPages.Union(file.Entry.Pages, file.OftenRead) is not { } read || file.CompressedSize <= ReadAhead.Window || file.Size <= 0)
        {
            return null;
        }

        var pages = read.Widen(Margin, Gap, file.Size);
        long bytes = (long)((Int128)file.CompressedSize * pages.BytesOf(file.Size) / file.Size);
        return bytes < file.CompressedSize / 4 ? new HotFile(file.Entry.Name, pages, bytes, file.CompressedSize) : null;
    }
}
