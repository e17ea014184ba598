using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>Every kind of project, published with the packed package and read back by the reference library.</summary>
[Trait("Category", "Real")]
[Collection("registry")]
public sealed class ProjectKindTests(RegistryFixture registries, PackedPackage package)
{
    [Requires("base-image", "peers")]
    public Task A_web_app() => PublishAsync("web", "Microsoft.AspNetCore.App");

    [Requires("base-image", "peers")]
    public Task A_worker() => PublishAsync("worker", "Microsoft.NETCore.App");

    [Requires("base-image", "peers")]
    public Task A_console_app() => PublishAsync("console", "Microsoft.NETCore.App");

    [Requires("base-image", "peers")]
    public async Task A_self_contained_app_whose_layer_is_hardly_larger_than_the_SDKs()
    {
        var report = await PublishAsync("web", null, ("RuntimeIdentifier", "linux-x64"), ("SelfContained", "true"));

        using var app = await PublishedApp.FromTemplateAsync("web");
        var stock = $"{(await registries.RegistryAsync()).Host}/kind/stock:1";
        (await app.PublishContainerAsync(await registries.BaseImageAsync(), stock, new Dictionary<string, string>
        {
            ["RuntimeIdentifier"] = "linux-x64",
            ["SelfContained"] = "true",
        })).Succeeded();
        var plain = await ReferenceLibrary.VerifyAsync(stock);
        Assert.InRange(report.Layers[^1].Size, 1, plain.Layers[^1].Size * 1.015);
    }

    private async Task<ReferenceReport> PublishAsync(string template, string? framework, params (string Name, string Value)[] properties)
    {
        using var app = await PublishedApp.FromTemplateAsync(template, package);
        var image = $"{(await registries.RegistryAsync()).Host}/kind/{template}-{properties.Length}:1";

        var publish = (await app.PublishContainerAsync(
            await registries.BaseImageAsync(), image, properties.ToDictionary(p => p.Name, p => p.Value))).Succeeded();

        var report = await ReferenceLibrary.VerifyAsync(image, "-require-estargz", "-files");
        Assert.True(report.Ok, report.Problems);
        Assert.Equal(4, report.Layers.Count);
        var files = report.Layers[^1].Files!.Select(f => f.Name).ToList();
        Assert.Contains("/", files);
        Assert.Contains("app/app.dll", files);
        Assert.Equal(framework is null, files.Contains("app/System.Private.CoreLib.dll"));
        Assert.Contains($"app -> {image}@{report.Manifests[0].Digest} (eStargz, 4 layers, ", publish.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", publish.Output, StringComparison.Ordinal);
        return report;
    }
}
