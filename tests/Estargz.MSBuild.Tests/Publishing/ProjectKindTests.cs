using System.Text.Json.Nodes;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>Every way to build an app that no sample has (<see cref="SampleTests"/>), published with the packed package and read back by the reference library.</summary>
[Trait("Category", "Real")]
[Collection("images")]
public sealed class ProjectKindTests(RegistryFixture registries, PackedPackage package)
{
    [Requires("base-image", "peers")]
    public Task A_web_app() => PublishAsync("web", framework: true, ["App"]);

    [Requires("base-image", "peers")]
    public async Task A_self_contained_app_whose_layer_is_hardly_larger_than_the_SDKs()
    {
        var report = await PublishAsync("web", framework: false, ["Runtime", "App"], ("RuntimeIdentifier", "linux-x64"), ("SelfContained", "true"));

        using var app = await PublishedApp.FromTemplateAsync("web");
        var stock = $"{(await registries.RegistryAsync()).Host}/kind/stock:1";
        (await app.PublishContainerAsync(await registries.BaseImageAsync(), stock, new Dictionary<string, string>
        {
            ["RuntimeIdentifier"] = "linux-x64",
            ["SelfContained"] = "true",
        })).Succeeded();
        var plain = await ReferenceLibrary.VerifyAsync(stock);
        Assert.InRange(report.Layers.Skip(3).Sum(layer => layer.Size), 1, plain.Layers[^1].Size * 1.015);
    }

    [Requires("base-image", "peers")]
    public Task A_single_file() => PublishFileAsync("single", ("PublishSingleFile", "true"), ("SelfContained", "true"));

    [Requires("base-image", "peers")]
    public Task A_trimmed_app() => PublishRuntimeAsync("trimmed", "linux-x64", ("PublishTrimmed", "true"));

    [Requires("base-image", "peers")]
    public async Task A_ReadyToRun_app() => Assert.Contains(
        "app/app.dll", await PublishFilesAsync("r2r", "linux-x64", ("PublishReadyToRun", "true"), ("SelfContained", "false")));

    [Requires("base-image", "peers")]
    public Task An_app_for_musl() => PublishRuntimeAsync("musl", "linux-musl-x64");

    [Requires("base-image", "peers")]
    public Task An_app_for_arm64() => PublishRuntimeAsync("arm64", "linux-arm64");

    [Requires("base-image", "peers")]
    public async Task An_app_for_arm64_without_a_runtime() =>
        Assert.DoesNotContain("app/System.Private.CoreLib.dll", await PublishFilesAsync("arm64-fd", "linux-arm64", ("SelfContained", "false")));

    /// <summary>Everything is in one executable.</summary>
    private async Task PublishFileAsync(string repository, params (string Name, string Value)[] properties)
    {
        var files = await PublishFilesAsync(repository, "linux-x64", properties);
        Assert.Contains("app/app", files);
        Assert.DoesNotContain(files, file => file.EndsWith(".dll", StringComparison.Ordinal));
    }

    /// <summary>The runtime is beside the app.</summary>
    private async Task PublishRuntimeAsync(string repository, string rid, params (string Name, string Value)[] properties) =>
        Assert.Contains("app/libcoreclr.so", await PublishFilesAsync(repository, rid, [.. properties, ("SelfContained", "true")]));

    /// <summary>The files of the app's layers; all layers are lazy, and the configuration is that of the RID.</summary>
    private async Task<IReadOnlyList<string>> PublishFilesAsync(string repository, string rid, params (string Name, string Value)[] properties)
    {
        using var app = await PublishedApp.FromTemplateAsync("web", package);
        var image = $"{(await registries.RegistryAsync()).Host}/kind/{repository}:1";
        var all = properties.Append(("RuntimeIdentifier", rid)).ToDictionary(p => p.Item1, p => p.Item2);
        (await app.PublishContainerAsync(await registries.IndexBaseImageAsync(), image, all)).Succeeded();

        var report = await ReferenceLibrary.VerifyAsync(image, "-require-estargz", "-files");
        Assert.True(report.Ok, report.Problems);
        var architecture = rid.EndsWith("arm64", StringComparison.Ordinal) ? "arm64" : "amd64";
        Assert.Contains($"\"architecture\":\"{architecture}\"", await Skopeo.InspectAsync(image, "--config"), StringComparison.Ordinal);
        return [.. report.Layers.Skip(3).SelectMany(layer => layer.Files!).Select(file => file.Name)];
    }

    private async Task<ReferenceReport> PublishAsync(string template, bool framework, string[] parts, params (string Name, string Value)[] properties)
    {
        using var app = await PublishedApp.FromTemplateAsync(template, package);
        var image = $"{(await registries.RegistryAsync()).Host}/kind/{template}-{properties.Length}:1";

        var publish = (await app.PublishContainerAsync(
            await registries.BaseImageAsync(), image, properties.ToDictionary(p => p.Name, p => p.Value))).Succeeded();

        var report = await ReferenceLibrary.VerifyAsync(image, "-require-estargz", "-files");
        Assert.True(report.Ok, report.Problems);
        int layers = 3 + parts.Length;
        Assert.Equal(layers, report.Layers.Count);
        Assert.Equal(parts, JsonNode.Parse(await Skopeo.InspectAsync(image, "--config"))!["history"]!.AsArray().TakeLast(parts.Length).Select(entry => ((string)entry!["created_by"]!).Split(": ")[1]));
        Assert.Contains("/", report.Layers[^1].Files!.Select(f => f.Name));
        var files = report.Layers.Skip(3).SelectMany(layer => layer.Files!).Select(f => f.Name).ToList();
        Assert.Contains("app/app.dll", files);
        Assert.Equal(!framework, files.Contains("app/System.Private.CoreLib.dll"));
        Assert.Contains($"app -> {image}@{report.Manifests[0].Digest} (eStargz, {layers} layers, ", publish.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", publish.Output, StringComparison.Ordinal);
        return report;
    }
}
