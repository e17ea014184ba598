namespace Estargz.MSBuild.Tests.Peers;

/// <summary>
/// The peers with an image that is not ours. When one of these fails, the machine or a fixture is to blame, not the product.
/// </summary>
[Trait("Category", "Real")]
[Collection("registry")]
public sealed class StockImageTests(StockImage stock) : IClassFixture<StockImage>
{
    [Requires("root", "fuse", "peers", "docker-registry", "skopeo", "umoci", BaseImage.Tools, "containerd", "runc", "ctr-remote")]
    public async Task Containerd_starts_it_after_a_full_pull()
    {
        var registry = await stock.RegistryAsync();
        await using var link = await Link.StartAsync(registry);
        await using var containerd = await Containerd.StartAsync();

        var start = await containerd.MeasureAsync(link, StockImage.Name, lazily: false);

        Assert.Equal("Hello World!", start.Answer);
        Assert.Equal(0, start.FuseMounts);
        var report = await ReferenceLibrary.VerifyAsync($"{registry.Host}/{StockImage.Name}");
        Assert.InRange(start.Network.Received, report.Layers.Sum(layer => layer.Size), report.Layers.Sum(layer => layer.Size) + 100_000);
    }

    [Requires("root", "peers", "docker-registry", "skopeo", "umoci", BaseImage.Tools)]
    public async Task Skopeo_and_umoci_unpack_it()
    {
        var registry = await stock.RegistryAsync();
        using var folder = new TemporaryFolder();

        await Skopeo.PullAsync($"{registry.Host}/{StockImage.Name}", folder["layout:1"]);
        var root = await Umoci.UnpackAsync(folder["layout:1"], folder["bundle"]);

        Assert.True(File.Exists(Path.Combine(root, "app", "app.dll")));
        Assert.True(File.Exists(Path.Combine(root, "usr", "share", "dotnet", "dotnet")));
    }

    [Requires("root", "docker-registry", "skopeo", "umoci", BaseImage.Tools, "podman", "runc")]
    public async Task Podman_starts_it()
    {
        var registry = await stock.RegistryAsync();
        await using var podman = new Podman();

        await podman.PullAsync($"{registry.Host}/{StockImage.Name}");

        Assert.Equal("Hello World!", await podman.AskAsync($"{registry.Host}/{StockImage.Name}"));
    }

    [Requires("peers", "docker-registry", "skopeo", "umoci", BaseImage.Tools)]
    public async Task The_judge_sees_that_it_is_not_eStargz()
    {
        var registry = await stock.RegistryAsync();

        var lenient = await ReferenceLibrary.VerifyAsync($"{registry.Host}/{StockImage.Name}");
        var strict = await ReferenceLibrary.VerifyAsync($"{registry.Host}/{StockImage.Name}", "-require-estargz");

        Assert.True(lenient.Ok, lenient.Problems);
        Assert.Equal(4, lenient.Layers.Count);
        Assert.All(strict.Layers, layer => Assert.Contains(layer.Failures, failure => failure.StartsWith("not eStargz", StringComparison.Ordinal)));
    }
}
