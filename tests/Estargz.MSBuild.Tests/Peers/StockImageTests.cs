namespace Estargz.MSBuild.Tests.Peers;

/// <summary>
/// The peers with an image that is not ours. When one of these fails, the machine or a fixture is to blame, not the product.
/// </summary>
[Trait("Category", "Real")]
[Collection("runtimes")]
public sealed class StockImageTests(RegistryFixture registries)
{
    [Requires("base-image", "containerd")]
    public async Task Containerd_starts_it_after_a_full_pull()
    {
        var image = await registries.StockImageAsync();
        await using var link = await Link.StartAsync(await registries.RegistryAsync());
        await using var containerd = await Containerd.StartAsync();

        var start = await containerd.MeasureAsync(link, image, lazily: false);

        Assert.Equal("Hello World!", start.Answer);
        Assert.Equal(0, start.FuseMounts);
        var report = await ReferenceLibrary.VerifyAsync(image);
        Assert.InRange(start.Network.Received, report.Layers.Sum(layer => layer.Size), report.Layers.Sum(layer => layer.Size) + 100_000);
    }

    [Requires("base-image", "umoci")]
    public async Task Skopeo_and_umoci_unpack_it()
    {
        var image = await registries.StockImageAsync();
        using var folder = new TemporaryFolder();

        await Skopeo.PullAsync(image, folder["layout:1"]);
        var root = await Umoci.UnpackAsync(folder["layout:1"], folder["bundle"]);

        Assert.True(File.Exists(Path.Combine(root, "app", "app.dll")));
        Assert.True(File.Exists(Path.Combine(root, "usr", "share", "dotnet", "dotnet")));
    }

    [Requires("base-image", "podman")]
    public async Task Podman_starts_it()
    {
        var image = await registries.StockImageAsync();
        await using var podman = new Podman();

        await podman.PullAsync(image);

        Assert.Equal("Hello World!", await podman.AskAsync(image));
    }

    [Requires("base-image", "peers")]
    public async Task The_judge_sees_that_it_is_not_eStargz()
    {
        var image = await registries.StockImageAsync();

        var lenient = await ReferenceLibrary.VerifyAsync(image);
        var strict = await ReferenceLibrary.VerifyAsync(image, "-require-estargz");

        Assert.True(lenient.Ok, lenient.Problems);
        Assert.Equal(4, lenient.Layers.Count);
        Assert.All(strict.Layers, layer => Assert.Contains(layer.Failures, failure => failure.StartsWith("not eStargz", StringComparison.Ordinal)));
    }
}
