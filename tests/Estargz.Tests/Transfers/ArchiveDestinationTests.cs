using System.Formats.Tar;
using Estargz.Images;
using Estargz.Layers;
using Estargz.Transfers;
using static Estargz.Tests.Images.ImageSample;

namespace Estargz.Tests.Transfers;

public sealed class ArchiveDestinationTests : IDisposable
{
    private static readonly Content Config = Content(MediaType.Config, "{'os':'linux','architecture':'amd64','rootfs':{'type':'layers','diff_ids':[]}}");

    private readonly ScratchFolder _folder = new();

    private static Content Manifest => Content(
        MediaType.Manifest,
        "{'schemaVersion':2,'config':{'mediaType':'" + MediaType.Config + "','digest':'" + Config.Digest + "','size':" + Config.Bytes.Length + "},'layers':[]}");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_is_a_tar_of_a_layout_with_each_blob_once()
    {
        await using (var archive = new ArchiveDestination(_folder["a.tar"], "docker.io/library/hello"))
        {
            await archive.PushBlobAsync(Config.Descriptor, Config.OpenRead, null, default);
            await archive.PushBlobAsync(Config.Descriptor, Config.OpenRead, null, default);
            Assert.True(await archive.HasBlobAsync(Config.Descriptor, default));
            Assert.False(File.Exists(_folder["a.tar"]));
            await archive.TagAsync(Manifest, ["1", "2"], default);
        }

        using var tar = new System.Formats.Tar.TarReader(File.OpenRead(_folder["a.tar"]));
        var entries = new List<string>();
        while (tar.GetNextEntry() is { } entry)
        {
            entries.Add(entry.Name);
        }

        Assert.Equal([$"blobs/sha256/{Config.Digest.Hex}", $"blobs/sha256/{Manifest.Digest.Hex}", "index.json", "oci-layout", "manifest.json"], entries);
        TarFile.ExtractToDirectory(_folder["a.tar"], Directory.CreateDirectory(_folder["oci"]).FullName, overwriteFiles: false);
        var layout = OciLayout.Open(_folder["oci"] + ":2");
        Assert.Equal(Config.Digest, global::Estargz.Images.Manifest.Parse(layout.ReadContent(layout.Resolve()), "the test").Config.Digest);
        Assert.Equal(0, new FileInfo(_folder["a.tar"]).Length % 512);
        Assert.Equal(
            Expand("[{'Config':'blobs/sha256/" + Config.Digest.Hex + "','RepoTags':['docker.io/library/hello:1','docker.io/library/hello:2'],'Layers':[]}]"),
            await File.ReadAllTextAsync(_folder["oci/manifest.json"]));
    }

    [Fact]
    public async Task What_is_not_finished_leaves_nothing_and_what_was_there_stays()
    {
        _folder.Write("a.tar", "before"u8);
        await using (var archive = new ArchiveDestination(_folder["a.tar"], "docker.io/library/hello"))
        {
            await archive.PushBlobAsync(Config.Descriptor, Config.OpenRead, null, default);
        }

        Assert.Equal([_folder["a.tar"]], Directory.EnumerateFileSystemEntries(_folder.Path));
        Assert.Equal("before", await File.ReadAllTextAsync(_folder["a.tar"]));
    }

    [Theory]
    [InlineData("image.tar", "image.tar")]
    [InlineData("image.tar.gz", "image.tar.gz")]
    [InlineData("folder", "folder/me/hello.tar.gz")]
    [InlineData("folder.d/", "folder.d/me/hello.tar.gz")]
    [InlineData("there.d", "there.d/me/hello.tar.gz")]
    public void A_path_means_what_it_means_to_the_SDK(string path, string file)
    {
        Directory.CreateDirectory(_folder["there.d"]);
        Assert.Equal(_folder[file], ArchiveDestination.PathFor(_folder[path], "me/hello"));
    }
}
