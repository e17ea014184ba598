using System.Formats.Tar;
using Estargz.Images;
using Estargz.Layers;
using Estargz.Publishing;
using Estargz.Testing;
using Estargz.Tests.Images;

namespace Estargz.Tests.Publishing;

/// <summary>A base image whose layers stay as they are, whether they can be read or not.</summary>
public sealed class KeptBaseTests : IAsyncLifetime, IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly List<string> _told = [];
    private readonly List<string> _warned = [];
    private TestRegistry _server = null!;

    public async Task InitializeAsync()
    {
        _server = await TestRegistry.StartAsync();
        _folder.Write("app/app.runtimeconfig.json", """{"runtimeOptions":{"tfm":"net10.0","framework":{"name":"Microsoft.NETCore.App","version":"10.0.0"}}}"""u8);
        _folder.Write("app/app.dll", "not loaded by anyone"u8);
        _folder.Write("extra", "1"u8);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Folders_of_the_base_image_keep_mode_and_owner_and_links_lead_where_they_led()
    {
        var image = BaseSample.Push(_server, [
            new UstarTarEntry(TarEntryType.Directory, "tmp/") { Mode = (UnixFileMode)0b1_111_111_111 },
            new UstarTarEntry(TarEntryType.Directory, "home/") { Mode = (UnixFileMode)0b111_001_001 },
            new UstarTarEntry(TarEntryType.Directory, "home/app/") { Mode = (UnixFileMode)0b111_000_000, Uid = 1654, Gid = 1655 },
            new UstarTarEntry(TarEntryType.Directory, "usr/lib/") { Mode = (UnixFileMode)0b111_101_000 },
            new UstarTarEntry(TarEntryType.SymbolicLink, "lib") { LinkName = "usr/lib" },
        ]);

        var layers = await PublishAsync(image, "/tmp/x", "/home/app/new/x", "/lib/x.so");

        Assert.Equal(
            ["/ 755 0:0", "app/ 755 0:0", "home/ 711 0:0", "home/app/ 700 1654:1655", "home/app/new/ 755 0:0", "tmp/ 1777 0:0", "usr/ 755 0:0", "usr/lib/ 750 0:0"],
            layers[0].Where(entry => entry.Type == "dir").Select(Show));
        Assert.Equal(["home/app/new/x", "tmp/x", "usr/lib/x.so"], FilesOf(layers[0]));
        Assert.Empty(_told);
    }

    [Fact]
    public async Task Where_it_cannot_be_read_folders_are_left_to_who_unpacks_them()
    {
        var layers = await PublishAsync(BaseSample.Push(_server, "stargz.index.json/x"), "/tmp/x", "/home/app/new/x", "wwwroot/x");

        Assert.Equal(["/ 755 0:0", "app/ 755 0:0", "app/wwwroot/ 755 0:0"], layers[0].Where(entry => entry.Type == "dir").Select(Show));
        Assert.Equal(["app/wwwroot/x", "home/app/new/x", "tmp/x"], FilesOf(layers[0]));
        Assert.Contains(" of the base image cannot be read: ", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_in_a_folder_of_its_own_does_not_fetch_it()
    {
        var image = BaseSample.Push(_server, "stargz.index.json/x");

        var layers = await PublishAsync(image, "wwwroot/x");

        Assert.Equal(["app/app.dll", "app/app.runtimeconfig.json"], FilesOf(layers[1]));
        Assert.DoesNotContain(_server.Requests, request => request.Method == "GET" && request.Path.EndsWith(image.Manifest.Layers[0].Digest.ToString(), StringComparison.Ordinal));
        Assert.Empty(_told);
    }

    [Theory]
    [InlineData("$(framework:Microsoft.NETCore.App)/System.Private.CoreLib.dll\n$(dotnet)/dotnet\nusr/lib/libc.so.6\n$(app)/app.dll\napp/app.*\n", false)]
    [InlineData("$(app)/missing.dll\n", true)]
    [InlineData("app/missing.dll\n", true)]
    public async Task What_a_profile_names_of_it_is_not_missed(string profile, bool warned)
    {
        _folder.Write("profile", System.Text.Encoding.UTF8.GetBytes(profile));

        await PublishAsync(BaseSample.Push(_server, "etc/os-release"));

        Assert.Equal(warned ? [DiagnosticCode.ProfilePathsNotFound] : [], _warned);
    }

    private static string Show(TocEntry entry) => $"{(entry.Name.Length == 0 ? "/" : entry.Name)} {Convert.ToString(entry.Mode ?? 0, 8)} {entry.UserId ?? 0}:{entry.GroupId ?? 0}";

    private static IEnumerable<string> FilesOf(IEnumerable<TocEntry> layer) =>
        layer.Where(entry => entry.Type == "reg" && !Landmark.IsReserved(entry.Name)).Select(entry => entry.Name).Order(StringComparer.Ordinal);

    /// <returns>What is in the layers of the app.</returns>
    private async Task<IReadOnlyList<IReadOnlyList<TocEntry>>> PublishAsync(Image baseImage, params string[] targets)
    {
        await using var publisher = new ContainerPublisher(new()
        {
            BaseImage = Reference.Create(_server.Host, "base", "1", null, "the test"),
            Target = Reference.Create(_server.Host, "app", null, null, "the test"),
            Tags = ["1"],
            Platform = new Platform("linux", "amd64"),
            PublishFolder = _folder["app"],
            WorkingDirectory = "/app/",
            ExtraFiles = [.. targets.Select(target => new ExtraFile(_folder["extra"], target))],
            Startup = new StartupOptions { Assembly = "app", RuntimeIdentifier = "linux-x64", Profile = File.Exists(_folder["profile"]) ? _folder["profile"] : null },
            CacheFolder = _folder["cache"],
            ConvertBase = false,
            Environment = name => name == "DOTNET_CONTAINER_INSECURE_REGISTRIES" ? _server.Host : null,
            Tell = _told.Add,
            Warn = (code, _) => _warned.Add(code),
        });
        await publisher.BeginAsync(CancellationToken.None);
        var image = (await publisher.PublishAsync(BaseSample.SdkImage(baseImage), CancellationToken.None)).Image;
        Assert.Equal(baseImage.Manifest.Layers[0].Digest, image.Manifest.Layers[0].Digest);
        var layers = new List<IReadOnlyList<TocEntry>>();
        foreach (var blob in image.Manifest.Layers.Skip(1))
        {
            await using var file = File.OpenRead(_server.Storage.PathOf(blob.Digest.ToString()));
            layers.Add((await LayerReader.OpenAsync(file, CancellationToken.None))!.Toc.Entries);
        }

        return layers;
    }
}
