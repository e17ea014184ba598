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
        var files = new List<(long Head, List<long> Chunks)>();
        foreach (var entry in toc.Entries.Where(entry => entry.HasData))
        {
            if (entry.IsChunk && files.Count > 0)
            {
                files[^1].Chunks.Add(entry.Offset);
            }
            else
            {
                files.Add((entry.Offset, []));
            }
        }

        // The head of such a file lies behind its other chunks, which no ordinary file has; and nothing that stands in
        // the tar lies before the first of its members, but the copies do.
        var hot = files.Where(file => file.Chunks.Any(chunk => chunk < file.Head)).ToArray();
        long front = files.Except(hot).Select(file => file.Head).DefaultIfEmpty().Min();
        var copies = hot.SelectMany(file => file.Chunks.Where(chunk => chunk < front).Append(file.Head)).ToArray();
        long[] offsets = [.. files.SelectMany(file => file.Chunks.Append(file.Head)).Append(tocOffset).Distinct().Order()];
        return copies.Length == 0 ? null : new HotPieces(copies.Length, copies.Sum(copy => Next(copy) - copy), hot.Length);

        long Next(long offset) => offsets[Math.Min(offsets.Length - 1, Array.BinarySearch(offsets, offset) + 1)];
    }

    /// <summary>As the tool prints it: <c>28 copies, 0.39 MB, of 1 file</c>.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Copies} {(Copies == 1 ? "copy" : "copies")}, {Bytes / 1e6:0.00} MB, of {Files} {(Files == 1 ? "file" : "files")}");
}
