namespace Estargz.Layers;

/// <summary>
/// Cuts ordered entries into gzip members (eStargz spec, "Structure"): a member begins at the start of the blob and at
/// every chunk of a file's content. Padding and the headers that follow ride in the member of the last chunk. Copies of
/// hot pieces come before all of them.
/// </summary>
/// <param name="Entry">The entry whose content begins the member; -1 in the first one, which has only headers.</param>
/// <param name="Chunk">Which part of the content.</param>
/// <param name="HeadersFrom">The first entry whose header follows the chunk.</param>
/// <param name="HeadersTo">The entry before which headers stop.</param>
/// <param name="IsCopy">Whether this is no member of the tar but the copy of one.</param>
/// <param name="GoesOn">Whether the next plan's bytes go into the same member, see <see cref="MemberGroups"/>.</param>
internal readonly record struct MemberPlan(int Entry, ChunkCut Chunk, int HeadersFrom, int HeadersTo, bool IsCopy = false, bool GoesOn = false)
{
    /// <summary>Whether the content of the entry ends in this member.</summary>
    public bool IsLastChunk(IReadOnlyList<Entry> entries) => Entry >= 0 && Chunk.Offset + Chunk.Length == entries[Entry].Size;

    /// <summary>All members but the TOC's and what stands right before it, in the order of the blob.</summary>
    public static IEnumerable<MemberPlan> Cut(IReadOnlyList<Entry> entries, int chunkSize)
    {
        if (entries.Count == 0)
        {
            yield break;
        }

        for (int file = 0; file < entries.Count; file++)
        {
            if (entries[file].HotPages is not null)
            {
                foreach (var chunk in ChunkCut.Of(entries[file], chunkSize).Where(chunk => chunk.Kind == ChunkKind.Hot))
                {
                    yield return new MemberPlan(file, chunk, 0, 0, IsCopy: true);
                }
            }
        }

        int headersTo = HeadersEnd(0);
        yield return new MemberPlan(-1, default, 0, headersTo);
        for (int from = 0; from < headersTo && entries[headersTo - 1].Size > 0;)
        {
            int file = headersTo - 1;
            from = headersTo;
            foreach (var chunk in ChunkCut.Of(entries[file], chunkSize))
            {
                headersTo = chunk.Offset + chunk.Length == entries[file].Size ? HeadersEnd(from) : from;
                yield return new MemberPlan(file, chunk, from, headersTo);
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
