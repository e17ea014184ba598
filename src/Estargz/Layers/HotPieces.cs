namespace Estargz.Layers;

/// <summary>What a TOC shows of copies of hot pieces (docs/hot-pieces.md).</summary>
/// <param name="Copies">The number of copies, those of heads included.</param>
/// <param name="Bytes">The compressed bytes of all copies, with their frames.</param>
/// <param name="Files">The number of files that have some.</param>
public sealed record HotPieces(int Copies, long Bytes, int Files)
{
    /// <summary>Looks for copies.</summary>
    /// <param name="toc">The table of contents.</param>
    /// <param name="tocOffset">Where its member begins, in bytes.</param>
    /// <returns>Null where there are none.</returns>
    public static HotPieces? Of(Toc toc, long tocOffset)
    {
        // The head of such a file lies behind its other chunks, which no ordinary file has.
        var heads = new HashSet<TocEntry>(ReferenceEqualityComparer.Instance);
        TocEntry? file = null;
        foreach (var entry in toc.Entries.Where(e => e.HasData))
        {
            file = entry.IsChunk ? file : entry;
            if (entry.IsChunk && file is not null && entry.Offset < file.Offset)
            {
                heads.Add(file);
            }
        }

        if (heads.Count == 0)
        {
            return null;
        }

        // Nothing that stands in the tar stands before its first member, but the copies do.
        var ordinary = new List<long>();
        var parts = new List<TocEntry>();
        foreach (var entry in toc.Entries.Where(e => e.HasData))
        {
            file = entry.IsChunk ? file : entry;
            (heads.Contains(file!) ? parts : null)?.Add(entry);
            (heads.Contains(file!) ? null : ordinary)?.Add(entry.Offset);
        }

        long front = ordinary.Count == 0 ? 0 : ordinary.Min();
        long[] offsets = [.. parts.Select(p => p.Offset).Concat(ordinary).Append(tocOffset).Distinct().Order()];
        var copies = parts.Where(p => heads.Contains(p) || p.Offset < front).ToArray();
        return new HotPieces(copies.Length, copies.Sum(c => Next(c.Offset) - c.Offset), heads.Count);

        long Next(long offset) => offsets[Math.Min(offsets.Length - 1, Array.BinarySearch(offsets, offset) + 1)];
    }

    /// <summary>As the tool prints it: <c>28 copies, 0.39 MB, of 1 file</c>.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Copies} {(Copies == 1 ? "copy" : "copies")}, {Bytes / 1e6:0.00} MB, of {Files} {(Files == 1 ? "file" : "files")}");
}
