using Estargz.Converting;
using Estargz.Images;
using Estargz.Layers;
using Estargz.Profiles;
using Estargz.Publishing;
using Estargz.Tests.Images;
using Estargz.Transfers;

namespace Estargz.Tests.Publishing;

/// <summary>Images on one base image have the same base layers, also where the link does not move all that is read of them.</summary>
public sealed class SharedOrderTests : IDisposable
{
    private static readonly NetworkLink Slow = NetworkLink.Parse("50ms/20mbit", "the test");

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_order_of_base_layers_does_not_depend_on_the_number_of_layers_above()
    {
        var published = await PublishAsync(appLayers: 1);
        Assert.NotEmpty(published.Zone);
        Assert.NotEmpty(published.After);
        for (int more = 2; more < 10; more++)
        {
            AssertSame(published, await PublishAsync(more));
        }

        // The base image alone, and a Dockerfile's with a layer between the base and the app.
        AssertSame(published, await ConvertAsync());
        AssertSame(published, await ConvertAsync("app/", "app/app.dll"));
    }

    [Fact]
    public async Task The_profile_that_goes_with_an_image_names_what_the_image_has()
    {
        using var layers = await OpenAsync();
        var app = new AppLayers("app", [new AppLayers.Part("App", [Some.File("app/app.dll", "x")])]);

        var profile = StartupPlan.Create(Request(), null, DotnetStartupSet.Shared, Shape, layers, app).Profile!;

        var check = ProfileCheck.Of(profile, layers.Tree, "app", null);
        Assert.Equal((100, true), (check.Percentage, check.StaleFrameworks.IsEmpty));
        Assert.NotEmpty(profile.Lines);
    }

    private static void AssertSame(LayerPrefetch expected, LayerPrefetch order)
    {
        Assert.Equal(expected.Zone.AsEnumerable(), order.Zone);
        Assert.Equal(expected.After.AsEnumerable(), order.After);
    }

    private async Task<LayerPrefetch> PublishAsync(int appLayers)
    {
        using var layers = await OpenAsync();
        var app = new AppLayers("app", [.. Enumerable.Range(0, appLayers).Select(i => new AppLayers.Part($"{i}", [Some.File($"app/{i}.dll", "x")]))]);
        return StartupPlan.Create(Request(), null, DotnetStartupSet.Shared, Shape, layers, app).Layers[0];
    }

    private async Task<LayerPrefetch> ConvertAsync(params string[] above)
    {
        using var layers = await OpenAsync(above);
        var app = above.Length == 0 ? null : new ImageApp("app", [above.Length], DotnetStartupSet.Shared);
        var request = new ConversionRequest("from", "to") { Link = Slow, CacheFolder = _folder.Path };
        return ConversionPlan.Create(request, ImageSample.ReadConfig("{'architecture':'amd64','os':'linux','rootfs':{'type':'layers','diff_ids':[]}}"), layers, app).Layers[0];
    }

    private static AppShape Shape => new() { Name = "app", Kind = AppKind.FrameworkDependent };

    /// <summary>The layers of an image as the cache knows them: a .NET of which the link moves one large file and some
    /// of the small ones, and others.</summary>
    private async Task<BaseLayers> OpenAsync(params string[] above)
    {
        const string Root = "usr/share/dotnet/";
        var files = DotnetStartupSet.Shared.Lines
            .Where(line => line.Token?.FrameworkName == "Microsoft.NETCore.App" && !Glob.IsPattern(line.Path))
            .Select(line => $"{Root}shared/Microsoft.NETCore.App/10.0.0/{line.Path}").Append($"{Root}host/fxr/10.0.0/libhostfxr.so").ToArray();
        Entry[][] layers = [[.. files.Select(file => Large(file, file.EndsWith("/libcoreclr.so", StringComparison.Ordinal) ? 40_000_000 : 450_000))], .. above.Select(name => new[] { name.EndsWith('/') ? Some.Folder(name) : Some.File(name, "x") })];
        var cache = new LayerCache(_folder.Path);
        foreach (var (i, entries) in layers.Index())
        {
            await cache.AddDescriptionAsync(ImageSample.DigestOf((char)('0' + i)), SourceDescription.Of(ImageSample.DigestOf((char)('a' + i)), entries));
        }

        var config = ImageSample.ReadConfig(
            $"{{'architecture':'amd64','os':'linux','rootfs':{{'type':'layers','diff_ids':[{string.Join(',', layers.Select((_, i) => $"'~{(char)('a' + i)}'"))}]}}}}");
        var manifest = ImageSample.ReadManifest(
            $"{{'schemaVersion':2,'mediaType':'{MediaType.Manifest}','config':{{'mediaType':'{MediaType.Config}','digest':'~9','size':1}},"
            + $"'layers':[{string.Join(',', layers.Select((_, i) => $"{{'mediaType':'{MediaType.LayerGzip}','digest':'~{i}','size':1}}"))}]}}");
        var opened = new BaseLayers();
        await opened.OpenAsync(new ImageSession(null!, null!, null, cache), Image.Create(manifest, config, "the test"), convert: true, CancellationToken.None);
        return opened;
    }

    private PublishRequest Request()
    {
        var request = RequestSample.Create(_folder.Path);
        return request with { Startup = request.Startup with { Link = Slow } };
    }

    private static Entry Large(string name, long size) => Some.File(name) with { Content = new Unread(size) };

    /// <summary>The content of a file of which nothing is read.</summary>
    private sealed class Unread(long size) : ByteSource
    {
        public override long Length => size;

        public override void Read(long offset, Span<byte> buffer) => throw new InvalidOperationException();
    }
}
