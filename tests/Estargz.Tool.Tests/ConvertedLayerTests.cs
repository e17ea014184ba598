using System.Formats.Tar;
using System.Text.Json.Nodes;
using Estargz.Images;
using Estargz.Layers;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.Tool.Tests;

/// <summary>What <c>convert</c> makes of a layer depends on what stands below it, and on what the image says of it.</summary>
public sealed class ConvertedLayerTests : ConversionTest
{
    [Fact]
    public async Task Folders_that_only_a_lower_layer_has_are_those_of_the_lower_layer()
    {
        var time = DateTimeOffset.UnixEpoch.AddDays(1000);
        var below = TestLayer.Of(
            new PaxTarEntry(TarEntryType.Directory, "home/") { Mode = (UnixFileMode)493, ModificationTime = time },
            new PaxTarEntry(TarEntryType.Directory, "home/u/") { Mode = (UnixFileMode)448, Uid = 1000, Gid = 1001, ModificationTime = time });
        var source = TestImage.Store(Registry, "source", new TestImage("amd64", below, TestLayer.Plain("home/u/a", "new/b")));

        Assert.Equal(ExitCode.Success, (await ConvertAsync(source, Target("lazy"))).ExitCode);

        var toc = await TopAsync("lazy");
        Assert.Equal(
            ["home/ 493 0:0 1972-09-27T00:00:00Z", "home/u/ 448 1000:1001 1972-09-27T00:00:00Z", "new/ 493 0:0 1970-01-01T00:00:00Z"],
            toc.Where(entry => entry.Type == "dir").Select(entry => $"{entry.Name} {entry.Mode} {entry.UserId}:{entry.GroupId} {entry.Modified}"));
        await AssertLazyAsync(Target("lazy"));
    }

    [Fact]
    public async Task What_is_stored_through_a_link_of_a_lower_layer_is_where_that_leads()
    {
        var top = Through();
        var linked = TestImage.Store(Registry, "linked", new TestImage("amd64", Linked(), top));
        var plain = TestImage.Store(Registry, "plain", new TestImage("amd64", TestLayer.Plain("lib/old"), top));

        foreach (var (source, target) in ((string, string)[])[(linked, "a"), (plain, "b"), (linked, "c")])
        {
            Assert.Equal(ExitCode.Success, (await ConvertAsync(source, Target(target))).ExitCode);
            await AssertLazyAsync(Target(target));
        }

        Assert.Equal(
            [".no.prefetch.landmark", "usr/", "usr/lib/", "usr/lib/.wh.old", "usr/lib/new", "usr/lib/hard"], (await TopAsync("a")).Select(entry => entry.Name));
        Assert.Equal([".no.prefetch.landmark", "lib/", "lib/.wh.old", "lib/new", "lib/hard"], (await TopAsync("b")).Select(entry => entry.Name));
        Assert.Equal(Registry.Storage.TagDigest("a", "1"), Registry.Storage.TagDigest("c", "1"));
    }

    [Requires("umoci", "skopeo")]
    public async Task It_unpacks_to_the_same_files()
    {
        var source = TestImage.Store(Registry, "source", new TestImage("amd64", Linked(), Through()));
        Assert.Equal(ExitCode.Success, (await ConvertAsync(source, Target("lazy"))).ExitCode);

        string[] files = ["lib", "lib/hard", "lib/new", "usr", "usr/lib", "usr/lib/hard", "usr/lib/new"];
        Assert.Equal(files, await UnpackAsync(source, "before"));
        Assert.Equal(files, await UnpackAsync(Target("lazy"), "after"));
        Assert.Equal("usr/lib", new FileInfo(Folder["after/rootfs/lib"]).LinkTarget);

        async Task<IEnumerable<string>> UnpackAsync(string image, string name)
        {
            await Skopeo.PullAsync(image, Folder[$"{name}-layout:1"]);
            var root = await Umoci.UnpackAsync(Folder[$"{name}-layout:1"], Folder[name]);
            return from path in Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories)
                   let file = Path.GetRelativePath(root, path)
                   where !file.Contains("landmark", StringComparison.Ordinal) && file != Toc.EntryName
                   orderby file
                   select file;
        }
    }

    [Fact]
    public async Task An_image_that_is_wrong_of_a_layer_that_is_known_is_refused()
    {
        var layer = TestLayer.Plain("a");
        var honest = TestImage.Store(Registry, "honest", new TestImage("amd64", layer));
        var wrong = TestImage.Store(Registry, "wrong", new TestImage("amd64", layer with { Image = layer.Image with { DiffId = Digest.OfBytes([1]) } }));

        Assert.Equal(ExitCode.Success, (await ConvertAsync(honest, Target("lazy"))).ExitCode);
        var run = await ConvertAsync(wrong, Target("copy"));

        Assert.Equal(ExitCode.Failure, run.ExitCode);
        Assert.StartsWith($"error ESTARGZ4006: Layer {layer.Image.Descriptor.Digest} of {wrong} unpacks to {layer.Image.DiffId}, but its configuration says", run.Error, StringComparison.Ordinal);
        Assert.Null(Registry.Storage.TagDigest("copy", "1"));
    }

    private static TestLayer Linked() => TestLayer.Of(
        new PaxTarEntry(TarEntryType.Directory, "usr/"),
        new PaxTarEntry(TarEntryType.Directory, "usr/lib/"),
        new PaxTarEntry(TarEntryType.SymbolicLink, "lib") { LinkName = "usr/lib" },
        new PaxTarEntry(TarEntryType.RegularFile, "usr/lib/old"));

    /// <summary>As crane and Bazel append one: no entry for <c>lib/</c>.</summary>
    private static TestLayer Through() => TestLayer.Of(
        new PaxTarEntry(TarEntryType.RegularFile, "lib/.wh.old"),
        new PaxTarEntry(TarEntryType.RegularFile, "lib/new"),
        new PaxTarEntry(TarEntryType.HardLink, "lib/hard") { LinkName = "lib/new" });

    /// <summary>What is in the highest layer of an image.</summary>
    private async Task<IReadOnlyList<TocEntry>> TopAsync(string repository)
    {
        var manifest = JsonNode.Parse(await File.ReadAllBytesAsync(Registry.Storage.PathOf(Registry.Storage.TagDigest(repository, "1")!)))!;
        await using var blob = File.OpenRead(Registry.Storage.PathOf((string)manifest["layers"]!.AsArray()[^1]!["digest"]!));
        return (await LayerReader.OpenAsync(blob, default))!.Toc.Entries;
    }

    private string Target(string repository) => $"{Registry.Host}/{repository}:1";
}
