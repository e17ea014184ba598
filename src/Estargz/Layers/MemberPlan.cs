namespace Estargz.Layers;

/// <summary>
/// Cuts ordered entries into gzip members (eStargz spec, "Structure"): a member begins at the start of the blob and at
/// every chunk of a file's content. Padding and the headers that follow ride in the member of the last chunk.
/// </summary>
/// <param name="Entry">The entry whose content begins the member; -1 in the first one, which has only headers.</param>
/// <param name="ChunkOffset">Where in the content the chunk begins, in bytes.</param>
/// <param name="ChunkLength">The length of the chunk in bytes.</param>
/// <param name="HeadersFrom">The first entry whose header follows the chunk.</param>
/// <param name="HeadersTo">The entry before which headers stop.</param>
internal readonly record struct MemberPlan(int Entry, long ChunkOffset, int ChunkLength, int HeadersFrom, int HeadersTo)
{
    /// <summary>Whether the content of the entry ends in this member.</summary>
    public bool IsLastChunk(IReadOnlyList<Entry> entries) => Entry >= 0 && ChunkOffset + ChunkLength == entries[Entry].Size;

    /// <summary>All members but the TOC's, in the order of the blob.</summary>
    public static IEnumerable<MemberPlan> Cut(IReadOnlyList<Entry> entries, int chunkSize)
    {
        if (entries.Count == 0)
        {
            yield break;
        }

        int headersTo = HeadersEnd(0);
        yield return new MemberPlan(-1, 0, 0, 0, headersTo);
        while (entries[headersTo - 1].Size > 0)
        {
            int file = headersTo - 1;
            long size = entries[file].Size;
            long offset = 0;
            for (; size - offset > chunkSize; offset += chunkSize)
            {
                yield return new MemberPlan(file, offset, chunkSize, headersTo, headersTo);
            }

            int from = headersTo;
            headersTo = HeadersEnd(from);
            yield return new MemberPlan(file, offset, (int)(size - offset), from, headersTo);
            if (headersTo == from)
            {
                break;
            }
        }

        // Headers go on up to the next file that has content, its own included.
        int HeadersEnd(int from)
        {
            while (from < entries.Count && entries[from].Size == 0)
            {
                from++;
            }

            return Math.Min(from + 1, entries.Count);
        }
    }
}
