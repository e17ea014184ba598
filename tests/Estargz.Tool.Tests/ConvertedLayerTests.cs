using System.Formats.Tar;
using System.Text.Json.Nodes;
using Estargz.Images;
using Estargz.Layers;

namespace Estargz.Tool.Tests;

/// <summary>What <c>convert</c> makes of a layer depends on what stands below it, and on what the image says of it.</summary>
public sealed class ConvertedLayerTests : ConversionTest
{
    [Fact]
    public async Task Folders_that_only_a_lower_layer_has_are_those_of_the_lower_layer()
    {
        var time = DateTimeOffset.UnixEpoch.AddDays(1000);
        var below = TestLayer.Of(
            new PaxTarEntry(TarEntryType.Directory, "home/") { Mode = (UnixFileMode)493, ModificationTime = time },
            new PaxTarEntry(TarEntryType.Directory, "home/u/") { Mode = (UnixFileMode)448, Uid = 1000, Gid = 1001, ModificationTime = time });
        var source = TestImage.Store(Registry, "source", new TestImage("amd64", below, TestLayer.Plain("home/u/a", "new/b")));

        Assert.Equal(ExitCode.Success, (await ConvertAsync(source, Target("lazy"))).ExitCode);

        var manifest = JsonNode.Parse(await File.ReadAllBytesAsync(Registry.Storage.PathOf(Registry.Storage.TagDigest("lazy", "1")!)))!;
        await using var blob = File.OpenRead(Registry.Storage.PathOf((string)manifest["layers"]![1]!["digest"]!));
        var toc = (await LayerReader.OpenAsync(blob, default))!.Toc.Entries;
        Assert.Equal(
            ["home/ 493 0:0 1972-09-27T00:00:00Z", "home/u/ 448 1000:1001 1972-09-27T00:00:00Z", "new/ 493 0:0 1970-01-01T00:00:00Z"],
            toc.Where(entry => entry.Type == "dir").Select(entry => $"{entry.Name} {entry.Mode} {entry.UserId}:{entry.GroupId} {entry.Modified}"));
        await AssertLazyAsync(Target("lazy"));
    }

    [Fact]
    public async Task An_image_that_is_wrong_of_a_layer_that_is_known_is_refused()
    {
        var layer = TestLayer.Plain("a");
        var honest = TestImage.Store(Registry, "honest", new TestImage("amd64", layer));
        var wrong = TestImage.Store(Registry, "wrong", new TestImage("amd64", layer with { Image = layer.Image with { DiffId = Digest.OfBytes([1]) } }));

        Assert.Equal(ExitCode.Success, (await ConvertAsync(honest, Target("lazy"))).ExitCode);
        var run = await ConvertAsync(wrong, Target("copy"));

        Assert.Equal(ExitCode.Failure, run.ExitCode);
        Assert.StartsWith($"error ESTARGZ4006: Layer {layer.Image.Descriptor.Digest} of {wrong} unpacks to {layer.Image.DiffId}, but its configuration says", run.Error, StringComparison.Ordinal);
        Assert.Null(Registry.Storage.TagDigest("copy", "1"));
    }

    private string Target(string repository) => $"{Registry.Host}/{repository}:1";
}
