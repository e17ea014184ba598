using System.Text.Json.Nodes;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.Tool.Tests;

/// <summary><c>convert</c>: the image that the SDK publishes, four plain gzip layers, made lazy.</summary>
[Trait("Category", "Real")]
[Collection("registry")]
public sealed class ConvertedStockImageTests(RegistryFixture registries) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Requires("base-image", "containerd")]
    public async Task Containerd_starts_it_with_part_of_its_bytes()
    {
        var target = await TargetAsync("derived");
        var run = (await ConvertAsync(await registries.StockImageAsync(), target)).Succeeded();

        Assert.Equal("", run.Error);
        var report = await ReferenceLibrary.VerifyAsync(target, "-require-estargz");
        Assert.True(report.Ok, report.Problems);
        foreach (var file in (string[])["app/app.dll", "app/appsettings.json", "app/app.runtimeconfig.json"])
        {
            Assert.Contains(report.Layers[^1].Prioritized!, name => name.Trim('/') == file);
        }

        Assert.Contains(report.Layers[1].Prioritized!, name => name.EndsWith("/System.Private.CoreLib.dll", StringComparison.Ordinal));
        await using var link = await Link.StartAsync(await registries.RegistryAsync());
        await using var containerd = await Containerd.StartAsync(backgroundFetch: false);
        var start = await containerd.MeasureAsync(link, target, lazily: true);
        Assert.Equal("Hello World!", start.Answer);
        Assert.Equal(4, start.FuseMounts);
        Assert.InRange(start.Network.Received, 1_000_000, report.Layers.Sum(layer => layer.Size) * 3 / 4);
    }

    [Requires("base-image", "containerd", "unshare", "podman")]
    public async Task With_a_recording_and_hot_pieces_it_runs_everywhere()
    {
        var (source, target) = (await registries.StockImageAsync(), await TargetAsync("recorded"));
        (await ToolRun.RunAsync("record", source, "--output", _folder["p.txt"])).Succeeded();

        var run = (await ConvertAsync(source, target, "--profile", _folder["p.txt"], "--hot-pieces", "--level", "fast")).Succeeded();

        Assert.Equal("", run.Error);
        Assert.Contains("hot pieces:", (await ToolRun.RunAsync("verify", target)).Succeeded().Output, StringComparison.Ordinal);
        await using (var containerd = await Containerd.StartAsync())
        {
            await containerd.PullAsync(target, lazily: true);
            Assert.Equal("Hello World!", await containerd.AskAsync(target, lazily: true));
        }

        await using var podman = new Podman(partialPull: false);
        await podman.PullAsync(target);
        Assert.Equal("Hello World!", await podman.AskAsync(target));
    }

    [Requires("base-image", "podman", "peers")]
    public async Task As_zstd_chunked_its_tables_have_what_its_headers_have()
    {
        var target = await TargetAsync("zstd");

        (await ConvertAsync(await registries.StockImageAsync(), target, "--format", "zstd-chunked", "--level", "fast")).Succeeded();

        Assert.Equal(4, await TarSplit.CompareAsync(target));
        Assert.Equal(ExitCode.Success, (await ToolRun.RunAsync("verify", target)).ExitCode);
        await using var podman = new Podman(partialPull: true);
        Assert.Equal(4, await podman.PullAsync(target));
        Assert.Equal("Hello World!", await podman.AskAsync(target));
    }

    [Requires("base-image")]
    public async Task Its_base_layers_are_those_of_every_publish_on_that_base()
    {
        var target = await TargetAsync("shared");
        using var package = new PackedPackage();
        await package.InitializeAsync();
        using var app = await PublishedApp.FromTemplateAsync("web", package);
        var published = await TargetAsync("published");
        var cache = new Dictionary<string, string> { ["EstargzCachePath"] = _folder["other"] };
        (await app.PublishContainerAsync(await registries.BaseImageAsync(), published, cache)).Succeeded();

        (await ConvertAsync(await registries.StockImageAsync(), target)).Succeeded();

        Assert.Equal((await LayersAsync(published)).Take(3), (await LayersAsync(target)).Take(3));
    }

    [Requires("base-image")]
    public async Task All_platforms_of_an_index_are_converted()
    {
        var target = await TargetAsync("index");

        var run = (await ConvertAsync(await registries.IndexBaseImageAsync(), target, "--level", "fast")).Succeeded();

        Assert.Equal("", run.Error);
        var report = await ReferenceLibrary.VerifyAsync(target);
        Assert.True(report.Ok, report.Problems);
        var index = JsonNode.Parse(await Skopeo.InspectAsync(target, "--raw"))!;
        Assert.Equal(["linux/amd64", "linux/arm64", "windows/amd64"], index["manifests"]!.AsArray().Select(entry => $"{entry!["platform"]!["os"]}/{entry["platform"]!["architecture"]}"));
        Assert.Equal(ExitCode.Success, (await ToolRun.RunAsync("verify", target, "--platform", "linux/arm64")).ExitCode);
    }

    private async Task<string> TargetAsync(string name) => $"{(await registries.RegistryAsync()).Host}/by-tool/{name}:1";

    private Task<Command> ConvertAsync(string source, string target, params string[] options) =>
        ToolRun.RunAsync(new Dictionary<string, string?> { ["XDG_CACHE_HOME"] = _folder["cache"] }, ["convert", source, target, .. options]);

    private static async Task<IEnumerable<string>> LayersAsync(string image) =>
        JsonNode.Parse(await Skopeo.InspectAsync(image, "--raw"))!["layers"]!.AsArray().Select(layer => (string)layer!["digest"]!).ToArray();
}
