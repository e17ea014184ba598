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
        var reader = new Reader(size, compressedSize);
        foreach (long chunk in pages!.Pieces(chunkSize, size))
        {
            reader.Read(chunk * chunkSize, (chunk + 1) * chunkSize);
        }

        return reader.Fetched;
    }

    /// <summary>What is fetched for the touched pages of a file that is cut where they begin and end.</summary>
    /// <param name="pages">The touched pages, all that are read around them included.</param>
    /// <param name="size">The size of the file in bytes.</param>
    /// <param name="compressedSize">Its compressed size in bytes.</param>
    public static ReadAhead OfCut(TouchedPages pages, long size, long compressedSize)
    {
        var reader = new Reader(size, compressedSize);
        foreach (var range in pages.Ranges)
        {
            reader.Read((long)range.First * TouchedPages.PageSize, ((long)range.Last + 1) * TouchedPages.PageSize);
        }

        return reader.Fetched;
    }

    /// <summary>A client that reads chunks of one file, from its start to its end.</summary>
    private struct Reader(long size, long compressedSize)
    {
        private long _bytes;
        private long _end;
        private long _requests;

        public readonly ReadAhead Fetched => new(_bytes, (int)Math.Min(int.MaxValue, _requests));

        /// <summary>Reads a chunk.</summary>
        /// <param name="first">Where it begins in the file.</param>
        /// <param name="behind">Where it ends.</param>
        public void Read(long first, long behind)
        {
            if (size <= 0 || compressedSize <= 0)
            {
                return;
            }

            long start = Math.Max(_end, Compressed(Math.Min(size, first)));
            long end = Compressed(Math.Min(size, behind));
            long windows = Math.Max(0, (end - start + Window - 1) / Window);
            _end = Math.Min(compressedSize, Math.Max(_end, start + (windows * Window)));
            _bytes += Math.Max(0, _end - start);
            _requests += windows;
        }

        // Exact up to 2^48 bytes; Int128 is code that .NET compiles anew in each process.
        private readonly long Compressed(long offset) => (long)((decimal)compressedSize * offset / size);
    }
}
