using System.Security.Cryptography;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>An image with copies of what is read of ICU's data, in the hands of clients that know nothing of them.</summary>
[Trait("Category", "Real")]
[Collection("runtimes")]
public sealed class HotPiecesTests(RegistryFixture registries, PackedPackage package)
{
    [Requires("base-image", "containerd")]
    public async Task The_reference_library_reads_every_copy_as_the_tar_has_it()
    {
        var report = await ReferenceLibrary.VerifyAsync(await ImageAsync(), "-require-estargz", "-nested");

        Assert.True(report.Ok, report.Problems);
        Assert.InRange(report.Layers[0].Nested, 10, 100);
        Assert.All(report.Layers.Skip(1), layer => Assert.Equal(0, layer.Nested));

        // Without being told of them, the judge does not take a copy for a chunk.
        var strict = await ReferenceLibrary.VerifyAsync(await ImageAsync(), "-require-estargz");
        Assert.False(strict.Ok);
        Assert.All(strict.Layers[0].Failures, failure => Assert.Contains("libicudata", failure, StringComparison.Ordinal));
    }

    [Requires("base-image", "containerd", "umoci")]
    public async Task Containerd_starts_it_with_few_bytes_and_every_file_is_as_it_is_unpacked()
    {
        var image = await ImageAsync();
        using var folder = new TemporaryFolder();
        await using var link = await Link.StartAsync(await registries.RegistryAsync());
        await using var containerd = await Containerd.StartAsync(backgroundFetch: false);

        var start = await containerd.MeasureAsync(link, image, lazily: true);

        Assert.Equal("Hello World!", start.Answer);
        Assert.True(start.FuseMounts >= 4);
        var size = (await ReferenceLibrary.VerifyAsync(image, "-nested")).Layers.Sum(layer => layer.Size);
        Assert.InRange(start.Network.Received, 1_000_000, size * 45 / 100);

        await Skopeo.PullAsync(image, folder["layout:1"]);
        var unpacked = Files(await Umoci.UnpackAsync(folder["layout:1"], folder["bundle"]));
        var mounted = Files(containerd.Root);
        Assert.Contains(mounted.Keys, name => name.Contains("/libicudata.so.", StringComparison.Ordinal));
        string[] onlyUnpacked = ["stargz.index.json", ".prefetch.landmark", ".no.prefetch.landmark"];
        string[] ofTheRuntime = ["etc/hosts", "etc/resolv.conf", "etc/hostname"];
        Assert.Equal(
            unpacked.Where(file => !onlyUnpacked.Contains(file.Key) && !ofTheRuntime.Contains(file.Key)),
            mounted.Where(file => !ofTheRuntime.Contains(file.Key)));
    }

    [Requires("base-image", "containerd")]
    public async Task Containerd_starts_it_unpacked()
    {
        var image = await ImageAsync();
        await using var link = await Link.StartAsync(await registries.RegistryAsync());
        await using var containerd = await Containerd.StartAsync();

        var start = await containerd.MeasureAsync(link, image, lazily: false);

        Assert.Equal(("Hello World!", 0), (start.Answer, start.FuseMounts));
    }

    [Requires("base-image", "podman")]
    public async Task Podman_pulls_and_starts_it()
    {
        await using var podman = new Podman();

        await podman.PullAsync(await ImageAsync());

        Assert.Equal("Hello World!", await podman.AskAsync(await ImageAsync()));
    }

    [Requires("base-image", "gzip", "tar")]
    public async Task Gzip_and_tar_read_the_layer_to_its_end()
    {
        using var folder = new TemporaryFolder();
        await Skopeo.PullAsync(await ImageAsync(), folder["layout:1"]);
        var blobs = Directory.GetFiles(folder["layout/blobs/sha256"]).Where(path => new FileInfo(path).Length > 20_000_000).ToArray();
        Assert.NotEmpty(blobs);
        foreach (var blob in blobs)
        {
            (await Command.RunAsync("/bin/sh", ["-c", $"gzip -t < {blob}"])).Succeeded();
            Assert.EndsWith("stargz.index.json\n", (await Command.RunAsync("tar", ["tzf", blob])).Succeeded().Output, StringComparison.Ordinal);
        }
    }

    /// <summary>Names and digests of all files, sorted; the app's socket in <c>/tmp</c> is none.</summary>
    private static SortedDictionary<string, string> Files(string root)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var path in Directory.EnumerateFiles(root, "*", options).Where(path => !path.StartsWith(Path.Combine(root, "tmp/"), StringComparison.Ordinal)))
        {
            using var file = File.OpenRead(path);
            files[Path.GetRelativePath(root, path)] = Convert.ToHexStringLower(SHA256.HashData(file));
        }

        return files;
    }

    private Task<string> ImageAsync() => registries.HotPiecesAsync(package);
}
