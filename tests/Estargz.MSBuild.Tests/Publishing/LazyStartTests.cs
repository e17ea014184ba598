using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>HelloWeb, published with the packed package and no start-up profile, in the hands of clients that no one here wrote.</summary>
[Trait("Category", "Real")]
[Collection("runtimes")]
public sealed class LazyStartTests(RegistryFixture registries, PackedPackage package)
{
    [Requires("base-image", "containerd")]
    public async Task Containerd_starts_it_with_at_most_55_percent_of_its_bytes()
    {
        var image = await registries.HelloWebAsync(package);
        await using var link = await Link.StartAsync(await registries.RegistryAsync());
        await using var containerd = await Containerd.StartAsync(backgroundFetch: false);

        var start = await containerd.MeasureAsync(link, image, lazily: true);

        Assert.Equal("Hello World!", start.Answer);
        // Three of the base image, and the app's.
        Assert.Equal(4, start.FuseMounts);
        var size = (await ReferenceLibrary.VerifyAsync(image)).Layers.Sum(layer => layer.Size);
        Assert.InRange(start.Network.Received, 1_000_000, size * 55 / 100);
    }

    [Requires("base-image", "containerd")]
    public async Task Containerd_starts_it_unpacked()
    {
        var image = await registries.HelloWebAsync(package);
        await using var link = await Link.StartAsync(await registries.RegistryAsync());
        await using var containerd = await Containerd.StartAsync();

        var start = await containerd.MeasureAsync(link, image, lazily: false);

        Assert.Equal("Hello World!", start.Answer);
        Assert.Equal(0, start.FuseMounts);
    }

    [Requires("base-image", "podman")]
    public async Task Podman_starts_it()
    {
        var image = await registries.HelloWebAsync(package);
        await using var podman = new Podman();

        await podman.PullAsync(image);

        Assert.Equal("Hello World!", await podman.AskAsync(image));
    }

    [Requires("base-image", "podman")]
    public async Task Podman_pulls_it_file_by_file_and_starts_it_as_theimages_user()
    {
        var image = await registries.HelloWebAsync(package);
        await using var podman = new Podman(partialPull: true);

        Assert.Equal(4, await podman.PullAsync(image));

        Assert.Equal("Hello World!", await podman.AskAsync(image));
    }

    [Requires("base-image", "umoci")]
    public async Task Skopeo_and_umoci_unpack_it()
    {
        var image = await registries.HelloWebAsync(package);
        using var folder = new TemporaryFolder();

        await Skopeo.PullAsync(image, folder["layout:1"]);
        var root = await Umoci.UnpackAsync(folder["layout:1"], folder["bundle"]);

        Assert.True(File.Exists(Path.Combine(root, "app", "HelloWeb.dll")));
        Assert.True(File.Exists(Path.Combine(root, "usr", "share", "dotnet", "dotnet")));
        Assert.Equal("usr/bin", new FileInfo(Path.Combine(root, "bin")).LinkTarget);
        Assert.StartsWith("drwxrwxrwt", (await Command.RunAsync("ls", ["-ld", Path.Combine(root, "tmp")])).Output, StringComparison.Ordinal);
    }
}
