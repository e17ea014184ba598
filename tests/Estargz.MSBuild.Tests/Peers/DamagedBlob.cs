using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>An eStargz blob that somebody tampered with.</summary>
public static class DamagedBlob
{
    private const int FooterSize = 51;

    /// <summary>The blob with one byte inverted.</summary>
    public static byte[] WithFlip(ReadOnlySpan<byte> blob, int position)
    {
        var damaged = blob.ToArray();
        damaged[position] ^= 0xff;
        return damaged;
    }

    /// <summary>The blob with a TOC that was edited and is whole again in every other respect.</summary>
    /// <param name="blob">A valid blob.</param>
    /// <param name="edit">Gets the TOC's JSON, and its entries by name (the first of each).</param>
    public static byte[] WithToc(byte[] blob, Action<JsonObject, Dictionary<string, JsonObject>> edit)
    {
        // Footer: 10 bytes gzip header, 2 XLEN, 4 subfield header, 16 hexadecimal digits of the TOC's offset (spec: "Footer").
        var offset = int.Parse(Encoding.ASCII.GetString(blob, blob.Length - FooterSize + 16, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        using var member = new MemoryStream(blob, offset, blob.Length - FooterSize - offset);
        using var tar = new TarReader(new GZipStream(member, CompressionMode.Decompress));
        var entry = tar.GetNextEntry()!;
        var toc = JsonNode.Parse(entry.DataStream!)!.AsObject();
        edit(toc, toc["entries"]!.AsArray().Select(e => e!.AsObject()).DistinctBy(e => (string)e["name"]!).ToDictionary(e => (string)e["name"]!));

        using var damaged = new MemoryStream();
        damaged.Write(blob, 0, offset);
        using (var gzip = new GZipStream(damaged, CompressionLevel.Optimal, leaveOpen: true))
        using (var writer = new TarWriter(gzip, TarEntryFormat.Ustar))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, entry.Name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(toc.ToJsonString())) });
        }

        damaged.Write(blob, blob.Length - FooterSize, FooterSize);
        return damaged.ToArray();
    }
}
