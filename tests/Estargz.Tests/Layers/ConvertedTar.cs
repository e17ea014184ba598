using System.Text;

namespace Estargz.Layers;

/// <summary>Takes a tar archive apart into raw entries, so that two archives can be compared block by block.</summary>
internal static class ConvertedTar
{
    /// <summary>The header blocks (extended ones included) and content of each entry, by position.</summary>
    public static List<(string Name, byte[] Headers, byte[] Content)> Split(byte[] tar)
    {
        var entries = new List<(string, byte[], byte[])>();
        int start = 0;
        for (int at = 0; at + 512 <= tar.Length && tar.AsSpan(at, 512).ContainsAnyExcept((byte)0);)
        {
            char type = (char)tar[at + 156];
            int size = type is '1' or '2' or '3' or '4' or '5' or '6' ? 0 : Size(tar.AsSpan(at + 124, 12));
            int next = at + 512 + ((size + 511) & ~511);
            if (type == 'g')
            {
                start = next;
            }
            else if (type is not ('x' or 'L' or 'K'))
            {
                var name = Encoding.UTF8.GetString(tar, at, 100).TrimEnd('\0');
                entries.Add((name, tar[start..(at + 512)], tar[(at + 512)..(at + 512 + size)]));
                start = next;
            }

            at = next;
        }

        return entries;
    }

    /// <summary>
    /// Checks that a converted layer has the headers and contents of the source, the landmark before them and the TOC
    /// after them, and nothing else.
    /// </summary>
    public static async Task AssertKeepsAsync(byte[] source, BuiltLayer converted)
    {
        var before = Split(source);
        var after = Split(converted.Tar);
        Assert.Equal(".no.prefetch.landmark", after[0].Name);
        Assert.Equal("stargz.index.json", after[^1].Name);
        Assert.Equal(before.Select(e => e.Name), after[1..^1].Select(e => e.Name));
        for (int i = 0; i < before.Count; i++)
        {
            Assert.Equal(before[i].Headers, after[i + 1].Headers);
            Assert.Equal(before[i].Content, after[i + 1].Content);
        }

        await converted.AssertValidAsync();
    }

    private static int Size(ReadOnlySpan<byte> field) => (int)Convert.ToInt64(Encoding.ASCII.GetString(field).Trim('\0', ' '), 8);
}
