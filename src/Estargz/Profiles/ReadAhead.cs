namespace Estargz.Profiles;

/// <summary>
/// What a lazy client fetches of a file outside the prefetch zone: it reads whole chunks, 2 MiB of compressed bytes at
/// a time from where a chunk begins, and never past the end of the file.
/// </summary>
/// <param name="Bytes">Compressed bytes fetched.</param>
/// <param name="Requests">Requests that fetch them, one after the other.</param>
public readonly record struct ReadAhead(long Bytes, int Requests)
{
    /// <summary>The compressed bytes that one read fetches: 2 MiB, whatever the chunk size.</summary>
    public const long Window = 2 << 20;

    /// <summary>What is fetched for the touched pages of a file that is cut into chunks of one size.</summary>
    /// <remarks>Takes the file to compress evenly: its chunks are not cut yet when this is asked.</remarks>
    /// <param name="pages">The touched pages; null: all of them may be.</param>
    /// <param name="size">The size of the file in bytes.</param>
    /// <param name="compressedSize">Its compressed size in bytes.</param>
    /// <param name="chunkSize">The size of a chunk in uncompressed bytes.</param>
    public static ReadAhead Of(TouchedPages? pages, long size, long compressedSize, long chunkSize)
    {
        pages ??= TouchedPages.Of([new PageRange(0, (int)Math.Clamp((size - 1) / TouchedPages.PageSize, 0, int.MaxValue))]);
        return Of(pages!.Pieces(chunkSize, size).Select(chunk => (chunk * chunkSize, (chunk + 1) * chunkSize)), size, compressedSize);
    }

    /// <summary>What is fetched for the touched pages of a file that is cut where they begin and end.</summary>
    /// <param name="pages">The touched pages, all that are read around them included.</param>
    /// <param name="size">The size of the file in bytes.</param>
    /// <param name="compressedSize">Its compressed size in bytes.</param>
    public static ReadAhead OfCut(TouchedPages pages, long size, long compressedSize) => Of(
        pages.Ranges.Select(range => ((long)range.First * TouchedPages.PageSize, ((long)range.Last + 1) * TouchedPages.PageSize)), size, compressedSize);

    private static ReadAhead Of(IEnumerable<(long Start, long End)> chunks, long size, long compressedSize)
    {
        if (size <= 0 || compressedSize <= 0)
        {
            return default;
        }

        long bytes = 0, fetched = 0, requests = 0;
        foreach (var (first, behind) in chunks)
        {
            long start = Math.Max(fetched, Compressed(Math.Min(size, first)));
            long end = Compressed(Math.Min(size, behind));
            long windows = Math.Max(0, (end - start + Window - 1) / Window);
            fetched = Math.Min(compressedSize, Math.Max(fetched, start + (windows * Window)));
            bytes += Math.Max(0, fetched - start);
            requests += windows;
        }

        return new ReadAhead(bytes, (int)Math.Min(int.MaxValue, requests));

        long Compressed(long offset) => (long)((Int128)compressedSize * offset / size);
    }
}
