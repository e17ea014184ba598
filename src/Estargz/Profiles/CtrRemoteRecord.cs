using System.Text;
using System.Text.Json;

namespace Estargz.Profiles;

/// <summary>
/// A profile as <c>ctr-remote images optimize --record-out</c> writes it, for <c>--estargz-record-in</c> of ctr-remote and
/// nerdctl: a JSON object in each line, with path, manifest and layer of what is read.
/// </summary>
public static class CtrRemoteRecord
{
    /// <summary>Writes the entries of one image in their order.</summary>
    /// <param name="entries">What is read at start-up.</param>
    /// <param name="manifestDigest">The digest of the image's manifest: <c>sha256:…</c>.</param>
    public static string Write(IEnumerable<StartupEntry> entries, string manifestDigest)
    {
        using var bytes = new MemoryStream();
        using var json = new Utf8JsonWriter(bytes);
        foreach (var entry in entries)
        {
            json.WriteStartObject();
            json.WriteString("path", string.Join('/', TreePath.EntrySegments(entry.Name)));
            json.WriteString("manifestDigest", manifestDigest);
            json.WriteNumber("layerIndex", entry.Layer);
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            bytes.WriteByte((byte)'\n');
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
