using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>An image in the format zstd:chunked, in the hands of clients that no one here wrote.</summary>
[Trait("Category", "Real")]
[Collection("runtimes")]
public sealed class ZstdChunkedTests(RegistryFixture registries, PackedPackage package)
{
    [Requires("base-image", "podman")]
    public async Task Podman_pulls_it_file_by_file_and_starts_it()
    {
        var image = await registries.ZstdChunkedAsync(package);
        await using var podman = new Podman(partialPull: true);

        Assert.Equal(4, await podman.PullAsync(image));

        Assert.Equal("Hello World!", await podman.AskAsync(image));
    }

    [Requires("base-image", "podman")]
    public async Task Podman_pulls_it_whole_and_starts_it()
    {
        var image = await registries.ZstdChunkedAsync(package);
        await using var podman = new Podman();

        Assert.Equal(0, await podman.PullAsync(image));

        Assert.Equal("Hello World!", await podman.AskAsync(image));
    }

    [Requires("base-image", "containerd")]
    public async Task Containerd_starts_it_unpacked()
    {
        var image = await registries.ZstdChunkedAsync(package);
        await using var link = await Link.StartAsync(await registries.RegistryAsync());
        await using var containerd = await Containerd.StartAsync();

        Assert.Equal("Hello World!", (await containerd.MeasureAsync(link, image, lazily: false)).Answer);
    }

    [Requires("base-image", "peers")]
    public async Task The_reference_library_and_tar_split_agree_on_every_file() =>
        Assert.Equal(4, await TarSplit.CompareAsync(await registries.ZstdChunkedAsync(package)));
}
