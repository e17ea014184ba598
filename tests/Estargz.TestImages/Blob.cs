using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Estargz.TestImages;

/// <summary>A blob or manifest that lies in a folder under its digest.</summary>
/// <param name="MediaType">Its media type.</param>
/// <param name="Digest"><c>sha256:…</c> of the bytes in the file.</param>
/// <param name="Size">Bytes in the file.</param>
/// <param name="Path">The file.</param>
public sealed record Blob(string MediaType, string Digest, long Size, string Path)
{
    /// <summary>For a layer, the digest of the decompressed bytes.</summary>
    public string? DiffId { get; init; }

    internal JsonObject Descriptor => new() { ["mediaType"] = MediaType, ["digest"] = Digest, ["size"] = Size };

    /// <summary>Moves a finished file to where its digest says.</summary>
    internal static Blob Keep(string file, string folder, string mediaType)
    {
        using (var content = File.OpenRead(file))
        {
            var hex = Convert.ToHexStringLower(SHA256.HashData(content));
            content.Close();
            var path = System.IO.Path.Combine(folder, hex);
            File.Move(file, path, overwrite: true);
            return new Blob(mediaType, "sha256:" + hex, new FileInfo(path).Length, path);
        }
    }

    /// <summary>Writes a JSON document as a blob.</summary>
    internal static Blob Keep(JsonObject document, string folder, string mediaType)
    {
        var temporary = System.IO.Path.Combine(folder, System.IO.Path.GetRandomFileName());
        File.WriteAllText(temporary, document.ToJsonString());
        return Keep(temporary, folder, mediaType);
    }
}
