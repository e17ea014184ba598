namespace Estargz.Profiles;

/// <summary>
/// A large file outside the prefetch zone of which little is read at start-up. It is cut where that little begins and
/// ends: a client fetches 2 MiB from the start of a chunk whatever is in it, but has to unpack the whole chunk.
/// </summary>
/// <param name="Name">The name exactly as the layer writes it.</param>
/// <param name="Pages">What is read.</param>
public sealed record CutFile(string Name, TouchedPages Pages)
{
    /// <summary>The kernel reads around each page, 128 KiB in all.</summary>
    private const int Margin = 16;

    /// <summary>
    /// Pages within 2 MiB of the file share a chunk: it is quick to unpack, and a second chunk is a second window, which
    /// ends that much later.
    /// </summary>
    private const int MaxPages = 512;

    /// <summary>The file, cut; null where nobody knows what is read of it, or one window has it all.</summary>
    public static CutFile? Of(PrefetchCandidate file) => file.Entry.Pages is { } pages && file.CompressedSize > ReadAhead.Window && file.Size > 0
        ? new CutFile(file.Entry.Name, pages.Widen(Margin, 0, file.Size).Join(MaxPages))
        : null;
}
