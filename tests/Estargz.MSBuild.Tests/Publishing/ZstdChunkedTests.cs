using System.Text.Json.Nodes;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>An image in the format zstd:chunked, in the hands of clients that no one here wrote.</summary>
[Trait("Category", "Real")]
[Collection("runtimes")]
public sealed class ZstdChunkedTests(RegistryFixture registries, PackedPackage package)
{
    private const string Prefix = "io.github.containers.zstd-chunked.";

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
    public async Task The_reference_library_and_tar_split_agree_on_every_file()
    {
        using var folder = new TemporaryFolder();
        var image = await registries.ZstdChunkedAsync(package);
        var manifest = JsonNode.Parse(await Skopeo.InspectAsync(image))!;
        await Skopeo.PullAsync(image, folder["layout:1"]);
        var diffIds = JsonNode.Parse(await File.ReadAllTextAsync(Blob(manifest["config"]!)))!["rootfs"]!["diff_ids"]!.AsArray();
        Assert.Equal(4, diffIds.Count);
        foreach (var (layer, diffId) in manifest["layers"]!.AsArray().Zip(diffIds))
        {
            var annotations = layer!["annotations"]!;
            Assert.Null(annotations["containerd.io/snapshot/stargz/toc.digest"]);
            var run = await Command.RunAsync(GoProgram.Path("zstdchunked"), [
                Blob(layer), (string)annotations[Prefix + "manifest-checksum"]!, (string)annotations[Prefix + "manifest-position"]!, (string)annotations[Prefix + "tarsplit-position"]!]);
            Assert.Equal((string)diffId!, run.Succeeded().Output.Trim());
        }

        string Blob(JsonNode descriptor) => folder[$"layout/blobs/sha256/{((string)descriptor["digest"]!)["sha256:".Length..]}"];
    }
}
