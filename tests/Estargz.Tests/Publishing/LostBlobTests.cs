using Estargz.Images;
using Estargz.Layers;
using Estargz.Publishing;
using Estargz.Testing;
using Estargz.Tests.Images;

namespace Estargz.Tests.Publishing;

/// <summary>Registries that say that they have a blob, and do not.</summary>
public sealed class LostBlobTests : IAsyncLifetime, IDisposable
{
    private readonly ScratchFolder _folder = new();
    private TestRegistry _server = null!;
    private Image _base = null!;

    private int Manifests => _server.Requests.Count(request => request.Method == "PUT" && request.Path.Contains("/manifests/", StringComparison.Ordinal));

    public async Task InitializeAsync()
    {
        _server = await TestRegistry.StartAsync();
        _base = BaseSample.Push(_server, "etc/os-release");
        _folder.Write("app/app.runtimeconfig.json", """{"runtimeOptions":{"tfm":"net10.0","framework":{"name":"Microsoft.NETCore.App","version":"10.0.0"}}}"""u8);
        _folder.Write("app/app.dll", "not loaded by anyone"u8);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Blob_that_was_mounted_in_word_only_is_sent()
    {
        var mount = _server.On(request => request.Query.ContainsKey("mount"), Responses.Status(201));
        var image = await PublishAsync();

        Assert.Equal(image.Digest.ToString(), _server.Storage.TagDigest("app", "1"));
        Assert.Equal(_base.Layers.Count(), mount.Matches);
        Assert.Equal(2, Manifests);
    }

    [Fact]
    public async Task Blob_that_is_removed_meanwhile_is_sent_again()
    {
        _server.On("PUT", "/manifests/", (_, next) =>
        {
            foreach (var blob in _server.Storage.Blobs("app").ToList())
            {
                _server.Storage.RemoveBlob("app", blob);
            }

            return next();
        }).Times(1);
        var image = await PublishAsync();

        Assert.Equal(image.Digest.ToString(), _server.Storage.TagDigest("app", "1"));
    }

    [Fact]
    public async Task Registry_that_goes_on_losing_blobs_is_an_error()
    {
        _server.On("PUT", "/manifests/", Responses.Error(400, "MANIFEST_BLOB_UNKNOWN"));

        Assert.Equal(DiagnosticCode.NotFound, (await Assert.ThrowsAsync<EstargzException>(PublishAsync)).Code);
        Assert.Equal(2, Manifests);
    }

    private async Task<Content> PublishAsync()
    {
        await using var publisher = new ContainerPublisher(new()
        {
            BaseImage = Reference.Create(_server.Host, "base", "1", null, "the test"),
            Target = Reference.Create(_server.Host, "app", null, null, "the test"),
            Tags = ["1"],
            Platform = new Platform("linux", "amd64"),
            PublishFolder = _folder["app"],
            WorkingDirectory = "/app/",
            Startup = new StartupOptions { Assembly = "app", RuntimeIdentifier = "linux-x64" },
            CacheFolder = _folder["cache"],
            ConvertBase = false,
            Environment = name => name == "DOTNET_CONTAINER_INSECURE_REGISTRIES" ? _server.Host : null,
        });
        await publisher.BeginAsync(CancellationToken.None);
        return (await publisher.PublishAsync(BaseSample.SdkImage(_base), CancellationToken.None)).Image.Manifest.Content;
    }
}
