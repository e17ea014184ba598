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

    /// <summary>What is fetched for the touched pages of a file.</summary>
    /// <remarks>Takes the file to compress evenly: its chunks are not cut yet when this is asked.</remarks>
    /// <param name="pages">The touched pages; null: all of them may be.</param>
    /// <param name="size">The size of the file in bytes.</param>
    /// <param name="compressedSize">Its compressed size in bytes.</param>
    /// <param name="chunkSize">The size of a chunk in uncompressed bytes.</param>
    public static ReadAhead Of(TouchedPages? pages, long size, long compressedSize, long chunkSize)
    {
        if (size <= 0 || compressedSize <= 0)
        {
            return default;
        }

        pages ??= TouchedPages.Of([new PageRange(0, (int)Math.Min(int.MaxValue, (size - 1) / TouchedPages.PageSize))]);
        long bytes = 0, fetched = 0, requests = 0;
        foreach (long chunk in pages!.Pieces(chunkSize, size))
        {
            long start = Math.Max(fetched, Compressed(chunk * chunkSize));
            long end = Compressed(Math.Min(size, (chunk + 1) * chunkSize));
            long windows = Math.Max(0, (end - start + Window - 1) / Window);
            fetched = Math.Min(compressedSize, Math.Max(fetched, start + (windows * Window)));
            bytes += Math.Max(0, fetched - start);
            requests += windows;
        }

        return new ReadAhead(bytes, (int)Math.Min(int.MaxValue, requests));

        long Compressed(long offset) => (long)((Int128)compressedSize * offset / size);
    }
}
