using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Estargz.Images;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>A judge that accepts everything proves nothing: these are the things it must reject.</summary>
public sealed class ReferenceLibraryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Requires("peers")]
    public async Task An_undamaged_blob_is_accepted_and_really_read()
    {
        await File.WriteAllBytesAsync(_folder["blob"], await BlobAsync());

        var report = await ReferenceLibrary.VerifyBlobAsync(_folder["blob"], "-files");

        Assert.True(report.Ok, report.Problems);
        var layer = Assert.Single(report.Layers);
        Assert.True(layer.Estargz);
        Assert.Equal(["app/", "app/first.dll"], layer.Prioritized!);
        Assert.Equal(".prefetch.landmark", layer.Landmark);
        Assert.Equal(["app/", "app/first.dll", ".prefetch.landmark", "app/empty", "app/large.dll", "app/link", "app/same.dll"], layer.Files!.Select(f => f.Name));
        Assert.Equal(1 + 1 + 3, layer.Chunks); // first.dll, landmark, large.dll
    }

    [Requires("peers")]
    public async Task Every_damaged_byte_is_found()
    {
        var blob = await BlobAsync();
        var tar = Decompress(blob);
        var flips = Enumerable.Range(0, blob.Length).Select(position => (File: _folder[$"{position}"], Bytes: DamagedBlob.WithFlip(blob, position))).ToList();
        foreach (var (file, bytes) in flips)
        {
            await File.WriteAllBytesAsync(file, bytes);
        }

        var reports = await ReferenceLibrary.VerifyBlobsAsync(flips.Select(flip => flip.File), "-require-estargz");
        var accepted = flips.Where((_, n) => reports[n].Ok).ToList();

        // What changes neither the tar nor where its members start (the time in a member's header, say) only the blob's digest tells.
        Assert.All(accepted, flip => Assert.Equal(tar, Decompress(flip.Bytes)));
        Assert.InRange(accepted.Count, 1, blob.Length / 10);
        var digest = Digest.OfBytes(blob);
        var strict = await ReferenceLibrary.VerifyBlobsAsync(accepted.Select(flip => flip.File), $"-digest={digest}");
        Assert.DoesNotContain(strict, report => report.Ok);
    }

    [Requires("peers")]
    public async Task Every_lie_in_the_TOC_is_found()
    {
        var blob = await BlobAsync();
        Assert.Equal("", await ProblemsAsync(DamagedBlob.WithToc(blob, (_, _) => { })));

        var unnoticed = new List<string>();
        foreach (var (name, lie) in Lies)
        {
            if (await ProblemsAsync(DamagedBlob.WithToc(blob, lie)) == "")
            {
                unnoticed.Add(name);
            }
        }

        Assert.Empty(unnoticed);
    }

    [Requires("peers")]
    public async Task Wrong_expectations_are_found()
    {
        await File.WriteAllBytesAsync(_folder["blob"], await BlobAsync());
        var other = "sha256:" + new string('0', 64);

        foreach (var (option, problem) in new[] { ("-digest", "blob's digest"), ("-diff-id", "diffID"), ("-toc-digest", "TOC's digest") })
        {
            var report = await ReferenceLibrary.VerifyBlobAsync(_folder["blob"], $"{option}={other}");
            Assert.Contains(problem, report.Problems, StringComparison.Ordinal);
        }
    }

    private static readonly Dictionary<string, Action<JsonObject, Dictionary<string, JsonObject>>> Lies = new()
    {
        ["version"] = (toc, _) => toc["version"] = 2,
        ["order of the keys"] = (toc, _) =>
        {
            toc.Remove("version");
            toc["version"] = 1;
        },
        ["file digest"] = (_, e) => e["app/large.dll"]["digest"] = (string)e["app/first.dll"]["digest"]!,
        ["digest of an empty file"] = (_, e) => e["app/empty"]["digest"] = (string)e["app/first.dll"]["digest"]!,
        ["chunk digest"] = (_, e) => e["app/large.dll"]["chunkDigest"] = (string)e["app/large.dll"]["digest"]!,
        ["no chunk digest"] = (_, e) => e["app/large.dll"].Remove("chunkDigest"),
        ["chunk size"] = (_, e) => e["app/large.dll"]["chunkSize"] = 4095,
        ["size"] = (_, e) => e["app/large.dll"]["size"] = 9999,
        ["offset"] = (_, e) => e["app/large.dll"]["offset"] = (long)e["app/large.dll"]["offset"]! + 1,
        ["offset of another file"] = (_, e) => e["app/large.dll"]["offset"] = (long)e["app/first.dll"]["offset"]!,
        ["mode"] = (_, e) => e["app/first.dll"]["mode"] = 511,
        ["uid"] = (_, e) => e["app/first.dll"]["uid"] = 1,
        ["gid"] = (_, e) => e["app/first.dll"]["gid"] = 1,
        ["user name"] = (_, e) => e["app/"]["userName"] = "other",
        ["time"] = (_, e) => e["app/first.dll"]["modtime"] = "2001-02-03T04:05:06Z",
        ["type"] = (_, e) => e["app/empty"]["type"] = "fifo",
        ["name"] = (_, e) => e["app/first.dll"]["name"] = "app/other.dll",
        ["target of a link"] = (_, e) => e["app/link"]["linkName"] = "/etc/passwd",
        ["target of a hard link"] = (_, e) => e["app/same.dll"]["linkName"] = "app/large.dll",
        ["xattr"] = (_, e) => e["app/first.dll"]["xattrs"] = new JsonObject { ["user.a"] = "AQ==" },
        ["missing entry"] = (toc, _) => toc["entries"]!.AsArray().RemoveAt(toc["entries"]!.AsArray().Count - 1),
        ["double entry"] = (toc, e) => toc["entries"]!.AsArray().Add(e["app/empty"].DeepClone()),
        ["swapped entries"] = (toc, e) => Swap(toc, e["app/empty"], e["app/first.dll"]),
        ["no landmark"] = (toc, e) => toc["entries"]!.AsArray().Remove(e[".prefetch.landmark"]),
        ["landmark's content"] = (_, e) => e[".prefetch.landmark"]["digest"] = (string)e["app/first.dll"]["digest"]!,
    };

    private static byte[] Decompress(byte[] blob)
    {
        using var tar = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(blob), CompressionMode.Decompress);
        gzip.CopyTo(tar);
        return tar.ToArray();
    }

    private static void Swap(JsonObject toc, JsonObject one, JsonObject other)
    {
        var entries = toc["entries"]!.AsArray();
        var (i, j) = (entries.IndexOf(one), entries.IndexOf(other));
        (entries[i], entries[j]) = (other.DeepClone(), one.DeepClone());
    }

    private async Task<string> ProblemsAsync(byte[] blob)
    {
        await File.WriteAllBytesAsync(_folder["blob"], blob);
        return (await ReferenceLibrary.VerifyBlobAsync(_folder["blob"])).Problems;
    }

    private async Task<byte[]> BlobAsync()
    {
        using (var tar = new TarWriter(File.Create(_folder["tar"]), TarEntryFormat.Ustar))
        {
            tar.WriteEntry(Entry(TarEntryType.Directory, "app/"));
            tar.WriteEntry(Entry(TarEntryType.RegularFile, "app/empty"));
            tar.WriteEntry(Entry(TarEntryType.RegularFile, "app/large.dll", [.. Enumerable.Range(0, 10000).Select(n => (byte)(n / 100))]));
            tar.WriteEntry(Entry(TarEntryType.RegularFile, "app/first.dll", [1, 2, 3]));
            tar.WriteEntry(Entry(TarEntryType.SymbolicLink, "app/link", linkName: "first.dll"));
            tar.WriteEntry(Entry(TarEntryType.HardLink, "app/same.dll", linkName: "app/first.dll"));
        }

        await File.WriteAllTextAsync(_folder["prioritized"], "app/\napp/first.dll\n");
        await ReferenceLibrary.BuildAsync(_folder["tar"], _folder["blob"], "-chunk-size=4096", "-prioritized=" + _folder["prioritized"]);
        return await File.ReadAllBytesAsync(_folder["blob"]);
    }

    private static UstarTarEntry Entry(TarEntryType type, string name, byte[]? content = null, string? linkName = null)
    {
        var entry = new UstarTarEntry(type, name) { UserName = "root", GroupName = "root", ModificationTime = DateTimeOffset.FromUnixTimeSeconds(1_000_000_000) };
        if (linkName is not null)
        {
            entry.LinkName = linkName;
        }

        if (content is not null)
        {
            entry.DataStream = new MemoryStream(content);
        }

        return entry;
    }
}
