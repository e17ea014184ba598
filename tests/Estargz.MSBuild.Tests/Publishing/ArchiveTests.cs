using System.Formats.Tar;
using System.Security.Cryptography;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>Archives: what Docker, Podman and skopeo load, with eStargz layers that are lazy again in a registry.</summary>
[Trait("Category", "Real")]
[Collection("images")]
public sealed class ArchiveTests(RegistryFixture registries, PackedPackage package)
{
    [Requires("base-image", "peers")]
    public async Task An_archive_of_one_platform_is_lazy_when_skopeo_has_pushed_it()
    {
        using var folder = new TemporaryFolder();
        var archive = folder["image.tar"];

        var publish = await PublishAsync("single", archive);

        Assert.Equal(["image.tar"], Names(folder.Path));
        Assert.Contains($"app -> {archive}:1@sha256:", publish.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ESTARGZ", publish.Output, StringComparison.Ordinal);
        var image = $"{(await registries.RegistryAsync()).Host}/archive/single:1";
        await Skopeo.PushAllAsync($"oci-archive:{archive}:1", image);
        var report = await ReferenceLibrary.VerifyAsync(image, "-require-estargz");
        Assert.True(report.Ok, report.Problems);
        Assert.Equal(4, report.Layers.Count);
    }

    [Requires("base-image", "peers")]
    public async Task An_archive_of_two_platforms_has_what_they_share_once()
    {
        using var folder = new TemporaryFolder();
        var archive = folder["image.tar"];

        await PublishAsync("multi", archive, ("RuntimeIdentifiers", "linux-x64;linux-arm64"));

        Assert.Equal(["image.tar"], Names(folder.Path));
        var entries = Entries(archive);
        Assert.Equal(entries.Distinct(), entries);
        var image = $"{(await registries.RegistryAsync()).Host}/archive/multi:1";
        await Skopeo.PushAllAsync($"oci-archive:{archive}:1", image);
        var report = await ReferenceLibrary.VerifyAsync(image, "-require-estargz");
        Assert.True(report.Ok, report.Problems);
        Assert.Equal(["linux/amd64", "linux/arm64/v8"], report.Manifests.Select(manifest => manifest.Platform).OfType<string>());
        Assert.Equal(report.Manifests[1].Layers.SkipLast(1), report.Manifests[2].Layers.SkipLast(1));
    }

    [Requires("base-image", "umoci")]
    public async Task Unpacked_it_is_a_layout_that_umoci_reads()
    {
        using var folder = new TemporaryFolder();
        await PublishAsync("umoci", folder["image.tar"]);
        Directory.CreateDirectory(folder["layout"]);
        await TarFile.ExtractToDirectoryAsync(folder["image.tar"], folder["layout"], overwriteFiles: false);

        var root = await Umoci.UnpackAsync(folder["layout"] + ":1", folder["bundle"]);

        Assert.True(File.Exists(Path.Combine(root, "app", "app.dll")));
    }

    [Requires("base-image", "podman")]
    public async Task Podman_loads_all_its_tags_and_runs_it()
    {
        using var folder = new TemporaryFolder();
        await using var podman = new Podman();
        await PublishAsync("podman", folder["image.tar"], ("ContainerImageTags", "1;2"), ("ContainerImageTag", ""));

        var names = await podman.LoadAsync(folder["image.tar"]);

        Assert.Equal(["docker.io/archive/podman:1", "docker.io/archive/podman:2"], names);
        Assert.Equal("Hello, World!\n", await podman.RunToEndAsync("docker.io/archive/podman:2"));
    }

    [Requires("base-image", "podman")]
    public async Task The_SDKs_archive_of_two_tags_is_one_that_Podman_does_not_load()
    {
        using var folder = new TemporaryFolder();
        await using var podman = new Podman();
        await PublishAsync("stock", folder["image.tar"], ("ContainerImageTags", "1;2"), ("ContainerImageTag", ""), ("EstargzEnabled", "false"));

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => podman.LoadAsync(folder["image.tar"]));

        Assert.Contains("more than one image", failure.Message, StringComparison.Ordinal);
    }

    [Requires("base-image", "podman")]
    public async Task Podman_loads_its_own_platform_of_two()
    {
        using var folder = new TemporaryFolder();
        await using var podman = new Podman();
        await PublishAsync("podman-multi", folder["image.tar"], ("RuntimeIdentifiers", "linux-arm64;linux-x64"));

        Assert.Equal("Hello, World!\n", await podman.RunToEndAsync(Assert.Single(await podman.LoadAsync(folder["image.tar"]))));
    }

    [Requires("base-image")]
    public async Task The_same_source_is_the_same_archive()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "a.tar", "b.tar" })
        {
            await PublishAsync("same", folder[name], ("RuntimeIdentifiers", "linux-x64;linux-arm64"), ("SOURCE_DATE_EPOCH", "1700000000"));
        }

        var digests = new[] { "a.tar", "b.tar" }.Select(name => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(folder[name])))).Distinct();
        Assert.Single(digests);
    }

    [Requires("base-image")]
    public async Task A_folder_and_a_name_without_extension_get_a_file_with_the_repositorys_name()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["a.folder"]);

        foreach (var path in new[] { "a.folder", "new", "slash.d/" })
        {
            await PublishAsync("name", folder[path]);
            Assert.True(File.Exists(Path.Combine(folder[path], "archive", "name.tar.gz")), path);
        }
    }

    private async Task<Command> PublishAsync(string repository, string archive, params (string Name, string Value)[] properties)
    {
        using var app = await PublishedApp.FromTemplateAsync("console", package);
        var all = new Dictionary<string, string> { ["ContainerRegistry"] = "", ["ContainerArchiveOutputPath"] = archive };
        foreach (var (name, value) in properties)
        {
            all[name] = value;
        }

        return (await app.PublishContainerAsync(
            await registries.IndexBaseImageAsync(), $"none/archive/{repository}:1", all, arguments: ["-m:2"])).Succeeded();
    }

    private static List<string> Entries(string archive)
    {
        using var file = File.OpenRead(archive);
        using var tar = new TarReader(file);
        var names = new List<string>();
        while (tar.GetNextEntry() is { } entry)
        {
            names.Add(entry.Name);
        }

        return names;
    }

    private static IEnumerable<string> Names(string folder) => Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path));
}
