using System.Text.Json.Nodes;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>Images for several RIDs under one index, whatever the number of builds at once.</summary>
[Trait("Category", "Real")]
[Collection("images")]
public sealed class IndexTests(RegistryFixture registries, PackedPackage package)
{
    private const string Url = "https://example.org:8443/x?a=1;b='2'%25";

    private static readonly string Items = $"""
        <Project>
          <ItemGroup>
            <ContainerLabel Include="url" Value="{Url.Replace("%", "%25", StringComparison.Ordinal)}" />
            <ContainerEnvironmentVariable Include="ADDRESS" Value="http://h:80/y" />
            <ContainerPort Include="8443" Type="tcp" />
            <ContainerLabel Include="only" Value="arm64" Condition="'$(RuntimeIdentifier)' == 'linux-arm64'" />
          </ItemGroup>
          <Target Name="Show" AfterTargets="PublishContainer">
            <WriteLinesToFile File="index.txt" Lines="$(GeneratedImageIndex);@(GeneratedContainer->'%(ManifestDigest)'->Distinct())" Overwrite="true" />
          </Target>
        </Project>
        """;

    [Requires("base-image", "peers")]
    public Task One_build_after_the_other_and_again() => PublishAndVerifyAsync("one", "-m:1");

    [Requires("base-image", "peers")]
    public Task Two_builds_in_two_processes() => PublishAndVerifyAsync("two", "-m:2");

    [Requires("base-image", "peers")]
    public Task Two_builds_in_two_threads() => PublishAndVerifyAsync("threads", "-m:2", "-mt");

    [Requires("base-image")]
    public async Task The_SDK_alone_cuts_labels_and_variables_and_forgets_variants()
    {
        // Why the target is not the SDK's. When this fails, the SDK is mended, and ours may become smaller.
        using var app = await NewAppAsync(null);
        var image = await ImageAsync("stock");
        (await app.PublishContainerAsync(await registries.IndexBaseImageAsync(), image, Rids("linux-x64;linux-arm64"))).Succeeded();

        var index = JsonNode.Parse(await Skopeo.InspectAsync(image))!;
        var config = await ConfigAsync(image, index["manifests"]![0]!);
        Assert.Equal("https", (string?)config["Labels"]!["url"]);
        Assert.Contains("ADDRESS=http", config["Env"]!.AsArray().Select(variable => (string)variable!));
        Assert.Null(index["manifests"]![1]!["platform"]!["variant"]);
    }

    [Requires("base-image")]
    public async Task A_Windows_image_in_the_index_is_the_SDKs()
    {
        using var app = await NewAppAsync(package);
        var image = await ImageAsync("windows");

        var publish = (await app.PublishContainerAsync(
            await registries.IndexBaseImageAsync(), image, Rids("linux-x64;win-x64").Append(new("ContainerRuntimeIdentifiers", "linux-x64;win-x64")).ToDictionary())).Succeeded();

        Assert.Contains("ESTARGZ1006: the SDK publishes this image as usual, because Windows", publish.Output, StringComparison.Ordinal);
        var platforms = JsonNode.Parse(await Skopeo.InspectAsync(image))!["manifests"]!.AsArray().Select(entry => entry!["platform"]!.ToJsonString());
        Assert.Equal(
            ["""{"architecture":"amd64","os":"linux"}""", """{"architecture":"amd64","os":"windows"}"""],
            platforms);
    }

    [Requires("base-image")]
    public async Task Ctrl_C_moves_no_tag_and_leaves_no_half_archive()
    {
        using var folder = new TemporaryFolder();
        foreach (var archive in new[] { "", folder["image.tar"] })
        {
            using var app = await NewAppAsync(package);
            var (image, cache) = (await ImageAsync("canceled"), folder["cache" + archive.Length]);
            var properties = Rids("linux-x64;linux-arm64");
            properties["ContainerRegistry"] = archive.Length == 0 ? image.Split('/')[0] : "";
            properties["ContainerArchiveOutputPath"] = archive;
            properties["EstargzCachePath"] = cache;

            // So slow that it cannot be over before the key is pressed, which is while the second layer is written.
            properties["EstargzCompressionLevel"] = "smallest";
            var publish = await app.InterruptContainerAsync(
                await registries.IndexBaseImageAsync(), image, properties, () => Directory.Exists(cache + "/layers") && Directory.EnumerateFiles(cache + "/layers", "*.esgz").Any());

            Assert.NotEqual(0, publish.ExitCode);
            Assert.DoesNotContain((await registries.RegistryAsync()).Requests, r => r.Method == "PUT" && r.Path.Contains("/canceled/manifests/", StringComparison.Ordinal));
            Assert.Empty(Directory.EnumerateFiles(folder.Path));
            Assert.Empty(Directory.EnumerateFiles(cache + "/tmp"));
            Assert.Empty(Directory.EnumerateDirectories(Path.Combine(app.Folder, "obj"), "images-*", SearchOption.AllDirectories));
        }
    }

    private async Task PublishAndVerifyAsync(string repository, params string[] arguments)
    {
        using var app = await NewAppAsync(package);
        using var folder = new TemporaryFolder();
        var image = await ImageAsync(repository);
        var properties = Rids("linux-arm64;linux-x64");
        properties["EstargzCachePath"] = folder["cache"];

        var publish = (await app.PublishContainerAsync(await registries.IndexBaseImageAsync(), image, properties, arguments: arguments)).Succeeded();

        var report = await ReferenceLibrary.VerifyAsync(image, "-require-estargz");
        Assert.True(report.Ok, report.Problems);
        Assert.Equal(["linux/arm64/v8", "linux/amd64"], report.Manifests.Select(manifest => manifest.Platform).OfType<string>());
        Assert.Equal(report.Manifests[1].Layers.SkipLast(1), report.Manifests[2].Layers.SkipLast(1));
        Assert.Equal(["1"], await Skopeo.TagsAsync(image[..image.LastIndexOf(':')]));
        Assert.Equal(3, Directory.GetFiles(folder["cache"] + "/layers", "*.esgz").Length);
        Assert.Contains($"app -> {image}@{report.Manifests[0].Digest} (index of linux/arm64/v8, linux/amd64)", publish.Output, StringComparison.Ordinal);
        await VerifyConfigurationsAsync(app, image);

        if (repository == "one")
        {
            var again = (await app.PublishContainerAsync(await registries.IndexBaseImageAsync(), image, properties, arguments: arguments)).Succeeded();
            Assert.Contains(
                $"app -> {image}@{report.Manifests[0].Digest} (index of linux/arm64/v8, linux/amd64; it was there already, nothing was uploaded)",
                again.Output,
                StringComparison.Ordinal);
        }
    }

    private static async Task VerifyConfigurationsAsync(PublishedApp app, string image)
    {
        var text = await Skopeo.InspectAsync(image);
        var manifests = JsonNode.Parse(text)!["manifests"]!.AsArray();
        foreach (var entry in manifests)
        {
            var config = await ConfigAsync(image, entry!);
            Assert.Equal(Url, (string?)config["Labels"]!["url"]);
            Assert.Equal((string?)entry!["platform"]!["architecture"] == "arm64" ? "arm64" : null, (string?)config["Labels"]!["only"]);
            Assert.Contains("ADDRESS=http://h:80/y", config["Env"]!.AsArray().Select(variable => (string)variable!));
            Assert.NotNull(config["ExposedPorts"]!["8443/tcp"]);
        }

        // What targets after this one read, in the SDK's shape.
        var written = await File.ReadAllLinesAsync(Path.Combine(app.Folder, "index.txt"));
        Assert.Equal([text.Trim(), .. manifests.Select(entry => (string)entry!["digest"]!)], written);
    }

    private static async Task<JsonNode> ConfigAsync(string image, JsonNode entry) =>
        JsonNode.Parse(await Skopeo.InspectAsync($"{image[..image.LastIndexOf(':')]}@{entry["digest"]}", "--config"))!["config"]!;

    private async Task<string> ImageAsync(string repository) => $"{(await registries.RegistryAsync()).Host}/index/{repository}:1";

    private static Dictionary<string, string> Rids(string rids) => new() { ["RuntimeIdentifiers"] = rids };

    private static async Task<PublishedApp> NewAppAsync(PackedPackage? package)
    {
        var app = await PublishedApp.FromTemplateAsync("console", package);
        await File.WriteAllTextAsync(Path.Combine(app.Folder, "Directory.Build.targets"), Items);
        return app;
    }
}
