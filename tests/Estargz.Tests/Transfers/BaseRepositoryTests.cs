using Estargz.Images;
using Estargz.Layers;
using Estargz.Registries;
using Estargz.Tests.Registries;
using Estargz.Transfers;

namespace Estargz.Tests.Transfers;

/// <summary>What machines leave for each other.</summary>
public sealed class BaseRepositoryTests : RegistryTest
{
    [Fact]
    public async Task A_description_is_found_by_those_of_the_same_version()
    {
        var source = Digest.OfBytes([1]);
        var description = SourceDescription.Of(Digest.OfBytes([]), [Some.File("etc/passwd", "root")]) with { OwnToc = new SourceToc(Digest.OfBytes([2]).ToString(), 10_240, 0) };
        var built = await BuiltLayer.ConvertAsync(new TarBuilder().Add("etc/passwd", content: "root").Ended);
        using var shared = new BaseRepository(Connect(RegistryAccess.Push), "bases", Warnings.Add);

        Assert.True(await shared.AddAsync(source, description, "key", built.Layer, () => new MemoryStream(built.Blob), default));

        var found = await shared.FindDescriptionAsync(source, default);
        Assert.Equal(description.Toc.Entries, found!.Toc.Entries);
        Assert.Equal(description.OwnToc, found.OwnToc);
        Assert.Equal([$"entries-{SourceDescription.NameOf(source)}", "layer-key"], Server.Storage.Tags("bases"));
        Assert.EndsWith($"-{source.Hex}", SourceDescription.NameOf(source), StringComparison.Ordinal);
        Assert.Empty(Warnings);
    }
}
