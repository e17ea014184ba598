using System.Text.Json;
using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

/// <summary>
/// What stargz-snapshotter fetches: for each read of a chunk, the blob from the chunk's offset on, 2 MiB far but not
/// beyond the end of the file, which it takes for the offset of the entry with data that follows the file's last chunk.
/// </summary>
internal static class LazyClient
{
    private const long Window = 2 << 20;

    /// <summary>The end of the file of each chunk, as the client sees it.</summary>
    private static List<(JsonElement Chunk, JsonElement File, long End)> Ends(BuiltLayer layer)
    {
        var data = layer.Toc.Where(e => Number(e, "offset") > 0).ToArray();
        var ends = new List<(JsonElement, JsonElement, long)>();
        for (int i = 0; i < data.Length;)
        {
            int next = i + 1;
            while (next < data.Length && data[next].GetProperty("type").GetString() == "chunk")
            {
                next++;
            }

            long end = next < data.Length ? Number(data[next], "offset") : layer.Blob.Length;
            ends.AddRange(data[i..next].Select(chunk => (chunk, data[i], end)));
            i = next;
        }

        return ends;
    }

    /// <summary>No read goes back; the chunk's member is in what is read; and prefetch unpacks no file with copies.</summary>
    public static void AssertReadsForward(BuiltLayer layer)
    {
        var chunks = Ends(layer);
        var offsets = chunks.Select(c => Number(c.Chunk, "offset")).Append(layer.TocOffset).Order().ToArray();
        Assert.Equal(offsets.Distinct(), offsets);
        foreach (var (chunk, file, end) in chunks)
        {
            long offset = Number(chunk, "offset");
            Assert.True(end > offset, $"{file.GetProperty("name")} at {offset} ends at {end}");
            if (Number(file, "offset") < layer.Layer.PrefetchSize)
            {
                // The client unpacks, with all its chunks, every file that begins in the zone.
                Assert.InRange(offset, 0, layer.Layer.PrefetchSize - 1);
            }
        }
    }

    /// <summary>The bytes behind the zone that the client fetches to read a file's copies there.</summary>
    public static long FetchedBehindZone(BuiltLayer layer, string name) => Ends(layer)
        .Where(c => c.File.GetProperty("name").GetString() == name && Number(c.Chunk, "offset") < layer.Layer.PrefetchSize)
        .Max(c => Math.Max(0, Math.Min(Number(c.Chunk, "offset") + Window, c.End) - layer.Layer.PrefetchSize));
}
