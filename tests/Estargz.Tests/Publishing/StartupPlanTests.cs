using Estargz.Layers;
using Estargz.Profiles;
using Estargz.Publishing;
using Estargz.Transfers;

namespace Estargz.Tests.Publishing;

/// <summary>What is decided for large files of an app, which a handwritten profile names.</summary>
public sealed class StartupPlanTests
{
    private static readonly AppShape Shape = new() { Name = "app", Kind = AppKind.FrameworkDependent };

    [Fact]
    public void What_does_not_compress_counts_in_full()
    {
        var plan = Plan("$(app)/data/big.bin", Random("app/data/big.bin", 50_000_000));
        Assert.Equal("app/data/big.bin", Assert.Single(plan.Layers[0].Zone));
        Assert.InRange(plan.Layers[0].Bytes, 50_000_000, 50_100_000);
    }

    [Fact]
    public void The_zone_is_no_more_than_the_link_moves_in_ten_seconds()
    {
        // 125 MB at the default link.
        var plan = Plan("$(app)/a.bin\n$(app)/b.bin", Random("app/a.bin", 100_000_000), Random("app/b.bin", 100_000_000));
        Assert.Equal("app/a.bin", Assert.Single(plan.Layers[0].Zone));
        Assert.Equal("app/b.bin", Assert.Single(plan.Layers[0].After));
    }

    [Fact]
    public void What_the_profile_does_not_name_is_not_looked_into() =>
        Assert.Empty(Plan("$(app)/other", Some.File("app/big.bin") with { Content = new Noise(50_000_000, isReadable: false) }).Layers[0].Zone);

    private static StartupPlan Plan(string profile, params Entry[] entries) => StartupPlan.Create(
        RequestSample.Create(""), StartupProfile.Parse(profile, "the test"), null, Shape, new BaseLayers(), App(entries));

    private static AppLayers App(Entry[] entries) => new("app", [new AppLayers.Part(nameof(AppPart.App), entries)]);

    private static Entry Random(string name, long size) => Some.File(name) with { Content = new Noise(size, isReadable: true) };

    /// <summary>Bytes that do not compress.</summary>
    private sealed class Noise(long length, bool isReadable) : ByteSource
    {
        public override long Length => length;

        public override void Read(long offset, Span<byte> buffer)
        {
            Assert.True(isReadable);
            Some.Bytes(buffer.Length, (int)offset).CopyTo(buffer);
        }
    }
}
