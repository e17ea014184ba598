using Estargz.Images;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>OCI layout folders: <c>EstargzOciLayoutPath</c>.</summary>
[Trait("Category", "Real")]
[Collection("images")]
public sealed class LayoutTests(RegistryFixture registries, PackedPackage package)
{
    [Requires("base-image", "peers")]
    public async Task What_is_in_a_layout_stays_and_a_tag_moves()
    {
        using var folder = new TemporaryFolder();
        var layout = folder["oci"];
        await Skopeo.PullAsync(await registries.BaseImageAsync(), layout + ":theirs");

        await PublishAsync(layout, ("RuntimeIdentifiers", "linux-x64;linux-arm64"), ("ContainerImageTags", "1;2"), ("ContainerImageTag", ""));
        await PublishAsync(layout, ("ContainerImageTags", "2;3"), ("ContainerImageTag", ""));

        var entries = OciLayout.Open(layout).Index.Entries;
        Assert.Equal(["theirs", "1", "2", "3"], entries.Select(entry => entry.Descriptor.Annotations[Annotation.RefName]));
        Assert.Equal([MediaType.Manifest, MediaType.Index, MediaType.Manifest, MediaType.Manifest], entries.Select(entry => entry.Descriptor.MediaType));
        Assert.Empty(Directory.EnumerateFiles(layout, "*.tmp", SearchOption.AllDirectories));
        var host = (await registries.RegistryAsync()).Host;
        foreach (var tag in new[] { "1", "3" })
        {
            await Skopeo.PushAllAsync($"oci:{layout}:{tag}", $"{host}/layout/copy:{tag}");
            var report = await ReferenceLibrary.VerifyAsync($"{host}/layout/copy:{tag}", "-require-estargz");
            Assert.True(report.Ok, report.Problems);
            Assert.Equal(tag == "1" ? 2 : 1, report.Manifests.Count(manifest => manifest.MediaType == MediaType.Manifest));
        }
    }

    [Requires("base-image", "umoci", "podman")]
    public async Task Umoci_and_Podman_read_it()
    {
        using var folder = new TemporaryFolder();
        await using var podman = new Podman();
        await PublishAsync(folder["oci"]);

        var root = await Umoci.UnpackAsync(folder["oci"] + ":1", folder["bundle"]);

        Assert.True(File.Exists(Path.Combine(root, "app", "app.dll")));
        Assert.Equal("Hello, World!\n", await podman.RunToEndAsync(await podman.PullLayoutAsync(folder.Path, "oci:1")));
    }

    [Requires("base-image", "umoci")]
    public async Task Small_files_can_share_members_and_a_cache_of_size_0_keeps_nothing()
    {
        using var folder = new TemporaryFolder();
        await PublishAsync(folder["own"], ("EstargzCachePath", folder["cache"]));
        Assert.NotEmpty(Directory.GetFiles(folder["cache"], "*.esgz", SearchOption.AllDirectories));

        await PublishAsync(folder["shared"], ("EstargzCachePath", folder["cache"]), ("EstargzMinChunkSize", "1048576"), ("EstargzCacheSize", "0"));

        Assert.DoesNotContain(Directory.GetFiles(folder["cache"], "*", SearchOption.AllDirectories), file => !file.Contains("/turns/", StringComparison.Ordinal));
        string[] roots = [await Umoci.UnpackAsync(folder["own"] + ":1", folder["one"]), await Umoci.UnpackAsync(folder["shared"] + ":1", folder["two"])];
        Assert.Equal(await NamesAsync(roots[0]), await NamesAsync(roots[1]));
        foreach (var file in Directory.GetFiles(Path.Combine(roots[0], "app")))
        {
            Assert.Equal(await File.ReadAllBytesAsync(file), await File.ReadAllBytesAsync(Path.Combine(roots[1], "app", Path.GetFileName(file))));
        }

        // Fewer members, and what is alike in files is found.
        Assert.True(Size(folder["shared"]) < Size(folder["own"]));

        static async Task<IEnumerable<string>> NamesAsync(string root) =>
            (await Command.RunAsync("find", [root, "-printf", @"%P %y %m %U:%G\n"])).Succeeded().Output.Split('\n').Order(StringComparer.Ordinal);

        static long Size(string layout) => Directory.EnumerateFiles(layout, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
    }

    [Requires("base-image")]
    public async Task It_takes_the_place_of_a_push()
    {
        using var folder = new TemporaryFolder();
        var before = (await registries.RegistryAsync()).Requests.Count;

        var publish = await PublishAsync(folder["oci"], ("ContainerRegistry", (await registries.RegistryAsync()).Host));

        Assert.Contains($"app -> {folder["oci"]}:1@sha256:", publish.Output, StringComparison.Ordinal);
        Assert.DoesNotContain((await registries.RegistryAsync()).Requests.Skip(before), request => request.Method is "POST" or "PUT");
    }

    [Requires("base-image")]
    public async Task Two_apps_at_once_add_to_one_layout()
    {
        using var folder = new TemporaryFolder();

        await Task.WhenAll(new[] { "a", "b", "c" }.Select(tag => PublishAsync(folder["oci"], ("ContainerImageTag", tag))));

        Assert.Equal(["a", "b", "c"], OciLayout.Open(folder["oci"]).Index.Entries.Select(entry => entry.Descriptor.Annotations[Annotation.RefName]).Order());
    }

    [Requires("base-image")]
    public async Task A_layout_and_a_cache_beside_the_project_are_no_part_of_the_app()
    {
        using var app = await PublishedApp.FromTemplateAsync("web", package);
        var properties = new Dictionary<string, string> { ["EstargzOciLayoutPath"] = "images", ["EstargzCachePath"] = "cache/of/ours" };
        for (int i = 0; i < 2; i++)
        {
            (await app.PublishContainerAsync(await registries.BaseImageAsync(), $"{(await registries.RegistryAsync()).Host}/inside:1", properties)).Succeeded();
        }

        Assert.True(File.Exists(Path.Combine(app.Folder, "images", "index.json")));
        var published = Path.Combine(app.Folder, "bin", "Release", "net10.0", "publish");
        Assert.True(File.Exists(Path.Combine(published, "appsettings.json")));
        Assert.False(Directory.Exists(Path.Combine(published, "images")) || Directory.Exists(Path.Combine(published, "cache")));
    }

    private async Task<Command> PublishAsync(string layout, params (string Name, string Value)[] properties)
    {
        using var app = await PublishedApp.FromTemplateAsync("console", package);
        var all = new Dictionary<string, string> { ["ContainerRegistry"] = "", ["EstargzOciLayoutPath"] = layout };
        foreach (var (name, value) in properties)
        {
            all[name] = value;
        }

        return (await app.PublishContainerAsync(await registries.IndexBaseImageAsync(), "none/layout/app:1", all)).Succeeded();
    }
}
