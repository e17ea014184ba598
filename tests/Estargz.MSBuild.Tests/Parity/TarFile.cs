using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Estargz.MSBuild.Tests.Parity;

/// <summary>What a layer says of one path, as .NET's own tar reader has it.</summary>
/// <param name="Path">The path, without a slash at either end; empty for the root.</param>
/// <param name="Type">File, folder, link.</param>
/// <param name="Mode">Permissions in octal.</param>
/// <param name="Owner">The numbers of user and group.</param>
/// <param name="Link">Where a link leads to.</param>
/// <param name="Time">When it was changed, in seconds.</param>
/// <param name="Content">The digest of a file's content.</param>
public sealed partial record TarFile(string Path, TarEntryType Type, string Mode, string Owner, string Link, long Time, string Content)
{
    /// <summary>Reads a layer.</summary>
    /// <param name="blob">A gzip stream of a tar.</param>
    /// <returns>Its entries, and the digest of the tar.</returns>
    public static (IReadOnlyList<TarFile> Files, string DiffId) Read(byte[] blob)
    {
        using var gzip = new GZipStream(new MemoryStream(blob), CompressionMode.Decompress);
        using var tar = new MemoryStream();
        gzip.CopyTo(tar);
        tar.Position = 0;
        using var reader = new TarReader(tar, leaveOpen: true);
        var files = new List<TarFile>();
        while (reader.GetNextEntry() is { } entry)
        {
            files.Add(new TarFile(
                entry.Name.Trim('/'), entry.EntryType, Convert.ToString((int)entry.Mode, 8), $"{entry.Uid}:{entry.Gid}", entry.LinkName, entry.ModificationTime.ToUnixTimeSeconds(), ContentOf(entry)));
        }

        return (files, Peers.Repository.Digest(tar.GetBuffer().AsSpan(0, (int)tar.Length)));
    }

    // The manifest of static files has the times of this build's files; both sides build.
    private static string ContentOf(TarEntry entry)
    {
        if (entry.DataStream is not { } stream)
        {
            return Peers.Repository.Digest([]);
        }

        if (!entry.Name.EndsWith(".staticwebassets.endpoints.json", StringComparison.Ordinal))
        {
            return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(stream));
        }

        using var text = new StreamReader(stream);
        return Peers.Repository.Digest(Encoding.UTF8.GetBytes(LastModified().Replace(text.ReadToEnd(), "")));
    }

    [GeneratedRegex("""(?<="Name":"Last-Modified","Value":")[^"]*""")]
    private static partial Regex LastModified();
}
