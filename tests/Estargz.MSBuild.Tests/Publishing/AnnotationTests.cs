using System.Text.Json.Nodes;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>Annotations of manifests and indexes, and what goes with an image, on a registry that lists no referrers by itself.</summary>
[Trait("Category", "Real")]
[Collection("images")]
public sealed class AnnotationTests(RegistryFixture registries, PackedPackage package)
{
    private const string Project = """
        <Project>
          <ItemGroup>
            <EstargzAnnotation Include="org.opencontainers.image.title" Value="Mine; whole: https://example.org:8443/x" />
            <EstargzAnnotation Include="com.example.index" Value="1" Scope="index" />
            <EstargzAnnotation Include="com.example.manifest" Value="2" Scope="manifest" />
          </ItemGroup>
        </Project>
        """;

    [Requires("base-image")]
    public async Task An_image_says_what_its_labels_say_and_is_published_once()
    {
        var registry = await registries.RegistryAsync();
        var baseImage = await registries.BaseImageAsync();
        var image = $"{registry.Host}/annotated/one:1";
        using var app = await PublishedApp.FromTemplateAsync("console", package);
        await File.WriteAllTextAsync(Path.Combine(app.Folder, "Directory.Build.targets"), Project);
        await File.WriteAllTextAsync(Path.Combine(app.Folder, "sbom.json"), """{"spdxVersion":"SPDX-2.3"}""");
        var properties = new Dictionary<string, string>
        {
            ["Description"] = "What it does",
            ["EstargzPushProfile"] = "true",
            ["EstargzSbom"] = "sbom.json",
            ["ContainerImageTag"] = "",
            ["ContainerImageTags"] = "1;2",
        };
        var time = new Dictionary<string, string?> { ["SOURCE_DATE_EPOCH"] = "1700000000" };

        (await app.PublishContainerAsync(baseImage, image, properties, time)).Succeeded();

        var (digest, manifest) = await GetAsync(image);
        var annotations = manifest["annotations"]!;
        Assert.Equal("Mine; whole: https://example.org:8443/x", (string?)annotations["org.opencontainers.image.title"]);
        Assert.Equal("What it does", (string?)annotations["org.opencontainers.image.description"]);
        Assert.Equal("2023-11-14T22:13:20Z", (string?)annotations["org.opencontainers.image.created"]);
        Assert.Equal(baseImage, (string?)annotations["org.opencontainers.image.base.name"]);
        Assert.Equal((await GetAsync(baseImage)).Digest, (string?)annotations["org.opencontainers.image.base.digest"]);
        Assert.Equal("2", (string?)annotations["com.example.manifest"]);
        Assert.Null(annotations["com.example.index"]);

        // What goes with it: this registry lists nothing by itself, so a tag does.
        var (_, list) = await GetAsync($"{registry.Host}/annotated/one:{digest.Replace(':', '-')}");
        Assert.Equal(
            ["application/vnd.estargz.report.v1+json", "application/vnd.estargz.startup-profile.v1", "application/spdx+json"],
            list["manifests"]!.AsArray().Select(entry => (string?)entry!["artifactType"]));

        int seen = registry.Requests.Count;
        var again = (await app.PublishContainerAsync(baseImage, image, properties, time)).Succeeded();
        Assert.Contains("it was there already, nothing was uploaded)", again.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Requests.Skip(seen), r => r.Method is "PUT" or "PATCH" && r.Path.Contains("/annotated/one/", StringComparison.Ordinal));

        seen = registry.Requests.Count;
        properties["ContainerImageTags"] = "1;2;3";
        (await app.PublishContainerAsync(baseImage, image, properties, time)).Succeeded();
        var put = Assert.Single(registry.Requests.Skip(seen), r => r.Method is "PUT" or "PATCH" && r.Path.Contains("/annotated/one/", StringComparison.Ordinal));
        Assert.EndsWith("/annotated/one/manifests/3", put.Path, StringComparison.Ordinal);
    }

    [Requires("base-image")]
    public async Task An_index_says_what_all_its_images_say()
    {
        var registry = await registries.RegistryAsync();
        var baseImage = await registries.IndexBaseImageAsync();
        var image = $"{registry.Host}/annotated/index:1";
        using var app = await PublishedApp.FromTemplateAsync("console", package);
        await File.WriteAllTextAsync(Path.Combine(app.Folder, "Directory.Build.targets"), Project);

        (await app.PublishContainerAsync(baseImage, image, new Dictionary<string, string>
        {
            ["RuntimeIdentifiers"] = "linux-x64;linux-arm64",
            ["EstargzPushProfile"] = "true",
        }, new Dictionary<string, string?> { ["SOURCE_DATE_EPOCH"] = "1700000000" })).Succeeded();

        var index = (await GetAsync(image)).Manifest;
        foreach (var entry in index["manifests"]!.AsArray())
        {
            var (_, list) = await GetAsync($"{registry.Host}/annotated/index:{entry!["digest"]!.ToString().Replace(':', '-')}");
            Assert.Equal(2, list["manifests"]!.AsArray().Count);
        }

        var annotations = index["annotations"]!;
        Assert.Equal("Mine; whole: https://example.org:8443/x", (string?)annotations["org.opencontainers.image.title"]);
        Assert.Equal("1", (string?)annotations["com.example.index"]);
        Assert.Null(annotations["com.example.manifest"]);
        Assert.Equal(baseImage, (string?)annotations["org.opencontainers.image.base.name"]);
        Assert.Equal((await GetAsync(baseImage)).Digest, (string?)annotations["org.opencontainers.image.base.digest"]);
        Assert.Equal("2023-11-14T22:13:20Z", (string?)annotations["org.opencontainers.image.created"]);
    }

    private static async Task<(string Digest, JsonNode Manifest)> GetAsync(string image)
    {
        var raw = (await Command.RunAsync("skopeo", ["inspect", "--raw", "--tls-verify=false", "docker://" + image])).Succeeded().Output;
        var digest = "sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(raw)));
        return (digest, JsonNode.Parse(raw)!);
    }
}
