using System.Text.Json.Nodes;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>Base images as they are found: kept, lazy already, with Docker's types, compressed with zstd.</summary>
[Trait("Category", "Real")]
[Collection("images")]
public sealed class BaseImageTests(RegistryFixture registries, PackedPackage package)
{
    private const string TocDigest = "containerd.io/snapshot/stargz/toc.digest";

    [Requires("base-image", "peers")]
    public async Task Kept_its_layers_are_the_same_blobs_and_the_summary_says_that_the_image_is_not_lazy()
    {
        var baseImage = await registries.BaseImageAsync();

        var (publish, image) = await PublishAsync("keep", baseImage, ("EstargzBaseImage", "keep"));

        Assert.Equal(Digests(await ManifestAsync(baseImage)), Digests(await ManifestAsync(image)).SkipLast(1));
        Assert.Contains("(1 of 4 layers eStargz, not lazy, ", publish.Output, StringComparison.Ordinal);
        var report = await ReferenceLibrary.VerifyAsync(image);
        Assert.True(report.Ok, report.Problems);
        Assert.True(report.Layers[^1].Estargz);
    }

    [Requires("base-image", "peers", "umoci", "podman")]
    public async Task Kept_its_folders_and_links_stay_what_they_are_where_files_are_put_into_them()
    {
        var baseImage = await registries.BaseImageAsync();
        var image = $"{(await registries.RegistryAsync()).Host}/base/folders:1";
        using var folder = new TemporaryFolder();
        using var app = await PublishedApp.FromTemplateAsync("console", package);
        var project = Path.Combine(app.Folder, "app.csproj");
        const string Items = """
            <ItemGroup><EstargzExtraFile Include="Program.cs" TargetPath="/tmp/x" /><EstargzExtraFile Include="Program.cs" TargetPath="/lib/x" /></ItemGroup></Project>
            """;
        await File.WriteAllTextAsync(project, (await File.ReadAllTextAsync(project)).Replace("</Project>", Items, StringComparison.Ordinal));

        (await app.PublishContainerAsync(baseImage, image, new Dictionary<string, string> { ["EstargzBaseImage"] = "keep" })).Succeeded();

        await Skopeo.PullAsync(image, folder["layout:1"]);
        var root = await Umoci.UnpackAsync(folder["layout:1"], folder["bundle"]);
        Assert.Equal("1777\n", (await Command.RunAsync("stat", ["--format=%a", Path.Combine(root, "tmp")])).Succeeded().Output);
        Assert.Equal("usr/lib", new FileInfo(Path.Combine(root, "lib")).LinkTarget);
        Assert.True(File.Exists(Path.Combine(root, "usr/lib/x")));

        // Podman unpacks each layer alone: a folder in the place of the link would hide the libraries.
        await using var podman = new Podman();
        await podman.PullAsync(image);
        Assert.Equal("Hello, World!\n", await podman.RunToEndAsync(image));
        var report = await ReferenceLibrary.VerifyAsync(image);
        Assert.True(report.Ok, report.Problems);
    }

    [Requires("base-image", "peers")]
    public async Task Lazy_already_its_layers_stay_and_keep_their_annotations()
    {
        var baseImage = await registries.HelloWebAsync(package);

        var (_, image) = await PublishAsync("lazy", baseImage, ("EstargzOciTocAnnotation", "true"));

        var (before, after) = (await ManifestAsync(baseImage), await ManifestAsync(image));
        Assert.Equal(Digests(before), Digests(after).SkipLast(1));
        Assert.All(after["layers"]!.AsArray(), layer => Assert.Equal(
            (string?)layer!["annotations"]![TocDigest], (string?)layer["annotations"]!["org.opencontainers.image.toc.digest"]));
        var report = await ReferenceLibrary.VerifyAsync(image, "-require-estargz");
        Assert.True(report.Ok, report.Problems);
    }

    [Requires("base-image", "peers")]
    public async Task Lazy_with_its_annotations_lost_they_come_back()
    {
        // What the SDK alone makes of a lazy base image: the blobs without what makes them lazy.
        var lost = await CopyAsync(await registries.HelloWebAsync(package), "lost");
        var manifest = await ManifestAsync(lost);
        foreach (var layer in manifest["layers"]!.AsArray())
        {
            layer!.AsObject().Remove("annotations");
        }

        await PutManifestAsync(lost, manifest);

        var (_, image) = await PublishAsync("found", lost);

        Assert.Equal(Digests(manifest), Digests(await ManifestAsync(image)).SkipLast(1));
        var report = await ReferenceLibrary.VerifyAsync(image, "-require-estargz");
        Assert.True(report.Ok, report.Problems);
    }

    [Requires("base-image", "peers")]
    public async Task Dockers_media_types_become_OCIs()
    {
        var docker = await CopyAsync(await registries.BaseImageAsync(), "docker", "--format", "v2s2");

        var (_, image) = await PublishAsync("from-docker", docker);

        var manifest = (await ManifestAsync(image)).ToJsonString();
        Assert.Contains("docker", (await ManifestAsync(docker)).ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("vnd.docker", manifest, StringComparison.Ordinal);
        var report = await ReferenceLibrary.VerifyAsync(image, "-require-estargz");
        Assert.True(report.Ok, report.Problems);
    }

    [Requires("base-image", "peers", "zstd")]
    public async Task Zstd_layers_are_converted_like_any_others()
    {
        var zstd = await CopyAsync(await registries.BaseImageAsync(), "zstd");
        var manifest = await ManifestAsync(zstd);
        foreach (var layer in manifest["layers"]!.AsArray())
        {
            await CompressWithZstdAsync(zstd, layer!);
        }

        await PutManifestAsync(zstd, manifest);

        var (_, image) = await PublishAsync("from-zstd", zstd);

        // The SDK alone cannot read such a layer, and has to for an archive or another registry.
        using var stock = await PublishedApp.FromTemplateAsync("console");
        using var folder = new TemporaryFolder();
        var refused = await stock.PublishContainerAsync(zstd, image, new Dictionary<string, string> { ["ContainerRegistry"] = "", ["ContainerArchiveOutputPath"] = folder["image.tar"] });
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("tar+zstd", refused.Output, StringComparison.Ordinal);

        Assert.Contains("zstd\"", (await ManifestAsync(zstd)).ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("zstd\"", (await ManifestAsync(image)).ToJsonString(), StringComparison.Ordinal);
        var report = await ReferenceLibrary.VerifyAsync(image, "-require-estargz");
        Assert.True(report.Ok, report.Problems);
    }

    private async Task<(Command Publish, string Image)> PublishAsync(string repository, string baseImage, params (string Name, string Value)[] properties)
    {
        using var app = await PublishedApp.FromTemplateAsync("console", package);
        var image = $"{(await registries.RegistryAsync()).Host}/base/{repository}:1";
        return ((await app.PublishContainerAsync(baseImage, image, properties.ToDictionary(p => p.Name, p => p.Value))).Succeeded(), image);
    }

    private async Task<string> CopyAsync(string image, string repository, params string[] options)
    {
        var copy = $"{(await registries.RegistryAsync()).Host}/copy/{repository}:1";
        (await Command.RunAsync("skopeo", [
            "copy", "--quiet", "--src-tls-verify=false", "--dest-tls-verify=false", .. options, "docker://" + image, "docker://" + copy])).Succeeded();
        return copy;
    }

    private static async Task<JsonNode> ManifestAsync(string image) => JsonNode.Parse(await Skopeo.InspectAsync(image))!;

    /// <summary>Puts the same tar, compressed with zstd, in the place of a gzip layer.</summary>
    private static async Task CompressWithZstdAsync(string image, JsonNode layer)
    {
        using var folder = new TemporaryFolder();
        var repository = Repository.Of(image);
        await File.WriteAllBytesAsync(folder["layer.gz"], await repository.BlobAsync((string)layer["digest"]!));
        (await Command.RunAsync("sh", ["-c", "gzip -dc layer.gz | zstd -q -1 -o layer.zst"], folder: folder.Path)).Succeeded();
        var blob = await File.ReadAllBytesAsync(folder["layer.zst"]);
        var digest = await repository.PushBlobAsync(blob);
        (layer["mediaType"], layer["digest"], layer["size"]) = ("application/vnd.oci.image.layer.v1.tar+zstd", digest, blob.Length);
    }

    private static async Task PutManifestAsync(string image, JsonNode manifest) =>
        await Repository.Of(image).PushManifestAsync(image[(image.LastIndexOf(':') + 1)..], Repository.ManifestType, manifest);

    private static IEnumerable<string> Digests(JsonNode manifest) => manifest["layers"]!.AsArray().Select(layer => (string)layer!["digest"]!);
}
