using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>Machines that share converted base layers through a repository of the registry.</summary>
[Trait("Category", "Real")]
[Collection("images")]
public sealed class BaseRepositoryTests(RegistryFixture registries, PackedPackage package)
{
    [Requires("base-image", "peers")]
    public async Task The_first_machine_converts_and_the_next_one_mounts()
    {
        // A registry of its own: whatever is asked of it here is asked by these publishes.
        await using var registry = await DockerRegistry.StartAsync();
        var baseImage = await Peers.BaseImage.PushAsync(registry);

        await PublishAsync(registry, baseImage, "first");
        int seen = registry.Requests.Count;
        var image = await PublishAsync(registry, baseImage, "second");

        RegistryRequest[] second = [.. registry.Requests.Skip(seen)];
        Assert.Equal(3, second.Count(r => r is { Method: "POST", Status: 201 } && r.Path.Contains("from=shared", StringComparison.Ordinal)));
        Assert.DoesNotContain(second, r => r.Method == "GET" && r.Path.Contains("/dotnet/aspnet/blobs/", StringComparison.Ordinal) && r.Bytes > 100_000);
        Assert.DoesNotContain(second, r => r.Method is "PUT" or "POST" or "PATCH" && r.Path.StartsWith("/v2/shared/bases/manifests", StringComparison.Ordinal));
        var report = await ReferenceLibrary.VerifyAsync(image, "-require-estargz");
        Assert.True(report.Ok, report.Problems);

        // What the repository has lost is made again, and is there for the next one.
        using var client = new HttpClient();
        var lost = new Uri($"http://{registry.Host}/v2/shared/bases/blobs/{report.Layers[1].Digest}");
        (await client.DeleteAsync(lost)).EnsureSuccessStatusCode();
        var third = await ReferenceLibrary.VerifyAsync(await PublishAsync(registry, baseImage, "third"), "-require-estargz");
        Assert.True(third.Ok, third.Problems);
        using var head = new HttpRequestMessage(HttpMethod.Head, lost);
        (await client.SendAsync(head)).EnsureSuccessStatusCode();
    }

    [Requires("base-image")]
    public async Task A_repository_that_does_not_help_is_told_of_once_and_ends_nothing()
    {
        var registry = await registries.RegistryAsync();
        using var cache = new TemporaryFolder();
        using var app = await PublishedApp.FromTemplateAsync("console", package);

        var publish = (await app.PublishContainerAsync(await registries.BaseImageAsync(), $"{registry.Host}/bases/none:1", new Dictionary<string, string>
        {
            ["EstargzBaseRepository"] = $"127.0.0.1:{FreePort.Next()}/shared/bases",
            ["EstargzCachePath"] = cache["cache"],
        })).Succeeded();

        Assert.Single(publish.Output.Split('\n'), line => line.Contains("EstargzBaseRepository '127.0.0.1:", StringComparison.Ordinal) && line.Contains("does not help this time", StringComparison.Ordinal));
    }

    [Requires("base-image")]
    public async Task A_repository_has_no_tag()
    {
        var registry = await registries.RegistryAsync();
        using var app = await PublishedApp.FromTemplateAsync("console", package);

        var publish = await app.PublishContainerAsync(
            await registries.BaseImageAsync(), $"{registry.Host}/bases/tag:1", new Dictionary<string, string> { ["EstargzBaseRepository"] = "shared/bases:1" });

        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains("ESTARGZ1007: 'shared/bases:1' from EstargzBaseRepository", publish.Output, StringComparison.Ordinal);
    }

    private async Task<string> PublishAsync(DockerRegistry registry, string baseImage, string repository)
    {
        using var cache = new TemporaryFolder();
        using var app = await PublishedApp.FromTemplateAsync("console", package);
        var image = $"{registry.Host}/apps/{repository}:1";
        (await app.PublishContainerAsync(baseImage, image, new Dictionary<string, string>
        {
            ["EstargzBaseRepository"] = "shared/bases",
            ["EstargzCachePath"] = cache["cache"],
        })).Succeeded();
        return image;
    }

    [Requires("base-image")]
    public async Task Without_a_registry_there_is_none_and_not_one_of_Docker_Hub()
    {
        using var folder = new TemporaryFolder();
        using var app = await PublishedApp.FromTemplateAsync("console", package);

        var publish = (await app.PublishContainerAsync(await registries.BaseImageAsync(), "docker.io/bases/archive:1", new Dictionary<string, string>
        {
            ["ContainerRegistry"] = "",
            ["ContainerArchiveOutputPath"] = folder["app.tar"],
            ["EstargzBaseRepository"] = "shared/bases",
        })).Succeeded();

        Assert.Contains("app: EstargzBaseRepository 'shared/bases' is not used: it names no registry, and the image goes to none.", publish.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["app.tar"]));
    }
}
