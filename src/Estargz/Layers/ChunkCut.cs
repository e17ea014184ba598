namespace Estargz.Layers;

/// <summary>A chunk of a file, as a layer cuts it.</summary>
/// <param name="Offset">Where in the file it begins, in bytes.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Kind">Whether there is a copy of it, and where.</param>
internal readonly record struct ChunkCut(long Offset, int Length, ChunkKind Kind)
{
    /// <summary>The first chunk of a file with hot pieces: a page, since the least that is asked for is one.</summary>
    public const int HeadSize = 4 << 10;

    /// <summary>
    /// Even if it does not compress, a copy of so many bytes with the frame of a gzip member fits into an Extra field
    /// (RFC 1952, 2.3.1.1: 65,535 bytes, of which 4 begin the subfield).
    /// </summary>
    public const int HotSize = 60 << 10;

    /// <summary>Between hot pieces; a client that needs one more page of the file does not have to unpack much.</summary>
    public const int ColdSize = 1 << 20;

    /// <summary>All chunks of a file, in order.</summary>
    public static IEnumerable<ChunkCut> Of(Entry entry, int chunkSize)
    {
        int head = Math.Min(HeadSize, chunkSize);
        if (entry.HotPages is null || entry.Size <= head)
        {
            return Split(0, entry.Size, chunkSize, ChunkKind.Whole);
        }

        return OfHot(entry, head, chunkSize);
    }

    private static IEnumerable<ChunkCut> OfHot(Entry entry, int head, int chunkSize)
    {
        yield return new ChunkCut(0, head, ChunkKind.Head);
        long done = head;
        foreach (var range in entry.HotPages!.Ranges)
        {
            long start = Math.Clamp((long)range.First * Profiles.TouchedPages.PageSize, done, entry.Size);
            long end = Math.Clamp(((long)range.Last + 1) * Profiles.TouchedPages.PageSize, start, entry.Size);
            foreach (var chunk in Cold(done, start).Concat(Split(start, end, Math.Min(HotSize, chunkSize), ChunkKind.Hot)))
            {
                yield return chunk;
            }

            done = end;
        }

        foreach (var chunk in Cold(done, entry.Size))
        {
            yield return chunk;
        }

        IEnumerable<ChunkCut> Cold(long start, long end) => Split(start, end, Math.Min(ColdSize, chunkSize), ChunkKind.Whole);
    }

    private static IEnumerable<ChunkCut> Split(long start, long end, int size, ChunkKind kind)
    {
        for (; start < end; start += size)
        {
            yield return new ChunkCut(start, (int)Math.Min(size, end - start), kind);
        }
    }
}

/// <summary>Where a lazy client finds a chunk (docs/hot-pieces.md).</summary>
internal enum ChunkKind
{
    /// <summary>In its member in the payload of the tar, and nowhere else.</summary>
    Whole,

    /// <summary>In a copy at the front of the blob.</summary>
    Hot,

    /// <summary>In a copy before the TOC.</summary>
    Head,
}
