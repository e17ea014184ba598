using Estargz.Layers;

namespace Estargz.Tool;

/// <summary>An entry of a layer.</summary>
/// <param name="Name">The path as the tar header has it.</param>
/// <param name="Type"><c>dir</c>, <c>reg</c>, <c>symlink</c>, <c>hardlink</c>, <c>char</c>, <c>block</c> or <c>fifo</c>.</param>
/// <param name="Size">The size of a regular file in bytes.</param>
/// <param name="Offset">Where in the blob its content begins, in bytes; 0 where it has none.</param>
/// <param name="Prioritized">Whether it stands before the prefetch landmark.</param>
internal sealed record InspectedEntry(string Name, string Type, long Size, long Offset, bool Prioritized)
{
    /// <summary>All entries of a TOC, further chunks of a file left out.</summary>
    public static IReadOnlyList<InspectedEntry> List(Toc toc)
    {
        bool prioritized = LandmarkOf(toc) == Landmark.Prefetch;
        var entries = new List<InspectedEntry>(toc.Entries.Count);
        foreach (var entry in toc.Entries.Where(entry => !entry.IsChunk))
        {
            prioritized &= Entry.CleanPath(entry.Name) != Landmark.Prefetch;
            entries.Add(new InspectedEntry(entry.Name, entry.Type, entry.Size, entry.Offset, prioritized));
        }

        return entries;
    }

    /// <summary>The name of the landmark, or null where there is none.</summary>
    public static string? LandmarkOf(Toc toc) =>
        toc.Entries.Select(entry => Entry.CleanPath(entry.Name)).FirstOrDefault(path => path is Landmark.Prefetch or Landmark.NoPrefetch);
}
