using Estargz.Profiles;

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
        return entry is { HotPages: { } hot } && entry.Size > head
                ? Around(hot, head, entry.Size, Math.Min(HotSize, chunkSize), ChunkKind.Hot, Math.Min(ColdSize, chunkSize)).Prepend(new ChunkCut(0, head, ChunkKind.Head))
            : entry is { CutPages: { } read } ? Around(read, 0, entry.Size, chunkSize, ChunkKind.Whole, chunkSize)
            : Split(0, entry.Size, chunkSize, ChunkKind.Whole);
    }

    /// <summary>Cuts what follows a place so that pages begin and end chunks of their own.</summary>
    private static IEnumerable<ChunkCut> Around(TouchedPages pages, long from, long size, int pieceSize, ChunkKind kind, int restSize)
    {
        foreach (var range in pages.Ranges)
        {
            long start = Math.Clamp((long)range.First * TouchedPages.PageSize, from, size);
            long end = Math.Clamp(((long)range.Last + 1) * TouchedPages.PageSize, start, size);
            foreach (var chunk in Split(from, start, restSize, ChunkKind.Whole).Concat(Split(start, end, pieceSize, kind)))
            {
                yield return chunk;
            }

            from = end;
        }

        foreach (var chunk in Split(from, size, restSize, ChunkKind.Whole))
        {
            yield return chunk;
        }
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
