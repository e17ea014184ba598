namespace Estargz.MSBuild.Tests.Peers;

/// <summary>
/// One real registry for all tests of a collection, and the images that several of them start from, each made when first
/// asked for. A test pushes to repositories of its own. The tests of a collection run one after the other.
/// </summary>
public sealed class RegistryFixture : IAsyncLifetime
{
    private readonly Lazy<Task<DockerRegistry>> _registry = new(() => DockerRegistry.StartAsync());
    private readonly Lazy<Task<string>> _baseImage;
    private readonly Lazy<Task<string>> _indexBaseImage;
    private readonly Lazy<Task<string>> _stockImage;
    private readonly Lazy<Task<string>> _convertedImage;
    private Task<string>? _helloWeb;
    private Task<string>? _hotPieces;
    private Task<string>? _zstdChunked;

    /// <summary>Starts nothing yet.</summary>
    public RegistryFixture()
    {
        _baseImage = new(async () => await BaseImage.PushAsync(await _registry.Value));
        _indexBaseImage = new(async () => await IndexBaseImage.PushAsync(await BaseImageAsync()));
        _stockImage = new(PublishStockImageAsync);
        _convertedImage = new(ConvertAsync);
    }

    /// <summary>The registry.</summary>
    public Task<DockerRegistry> RegistryAsync() => _registry.Value;

    /// <summary>Reference of <see cref="BaseImage"/> in the registry.</summary>
    public Task<string> BaseImageAsync() => _baseImage.Value;

    /// <summary>Reference of <see cref="IndexBaseImage"/> in the registry.</summary>
    public Task<string> IndexBaseImageAsync() => _indexBaseImage.Value;

    /// <summary>Reference of what the SDK alone publishes: a web app on <see cref="BaseImage"/>, in four plain gzip layers.</summary>
    public Task<string> StockImageAsync() => _stockImage.Value;

    /// <summary>Reference of the stock image that the reference tool made eStargz of.</summary>
    public Task<string> ConvertedImageAsync() => _convertedImage.Value;

    /// <summary>Reference of <c>samples/HelloWeb</c> as our package publishes it on <see cref="BaseImage"/> without a start-up profile.</summary>
    public Task<string> HelloWebAsync(PackedPackage package) => _helloWeb ??= PublishHelloWebAsync(package);

    /// <summary>Reference of <c>samples/HelloWeb</c> as our package publishes it on <see cref="BaseImage"/> with <c>EstargzHotPieces</c>.</summary>
    public Task<string> HotPiecesAsync(PackedPackage package) => _hotPieces ??= PublishHotPiecesAsync(package);

    /// <summary>Reference of <c>samples/HelloWeb</c> as our package publishes it on <see cref="BaseImage"/> in the format zstd:chunked.</summary>
    public Task<string> ZstdChunkedAsync(PackedPackage package) => _zstdChunked ??= PublishZstdChunkedAsync(package);

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_registry.IsValueCreated)
        {
            await (await _registry.Value).DisposeAsync();
        }
    }

    private async Task<string> PublishStockImageAsync()
    {
        var reference = $"{(await RegistryAsync()).Host}/stock/web:1";
        using var app = await PublishedApp.FromTemplateAsync("web");
        (await app.PublishContainerAsync(await BaseImageAsync(), reference)).Succeeded();
        return reference;
    }

    private async Task<string> PublishHelloWebAsync(PackedPackage package)
    {
        var reference = $"{(await RegistryAsync()).Host}/ours/hello:1";
        using var app = PublishedApp.FromSample("HelloWeb", package);
        (await app.PublishContainerAsync(await BaseImageAsync(), reference, new Dictionary<string, string> { ["EstargzStartupProfile"] = "none" })).Succeeded();
        return reference;
    }

    private async Task<string> PublishHotPiecesAsync(PackedPackage package)
    {
        var reference = $"{(await RegistryAsync()).Host}/ours/hot:1";
        using var app = PublishedApp.FromSample("HelloWeb", package);
        var publish = (await app.PublishContainerAsync(await BaseImageAsync(), reference, new Dictionary<string, string> { ["EstargzHotPieces"] = "true" })).Succeeded();
        Assert.Contains("hot pieces of usr/lib/", publish.Output, StringComparison.Ordinal);
        return reference;
    }

    private async Task<string> PublishZstdChunkedAsync(PackedPackage package)
    {
        var reference = $"{(await RegistryAsync()).Host}/ours/zstd:1";
        using var app = PublishedApp.FromSample("HelloWeb", package);
        (await app.PublishContainerAsync(await BaseImageAsync(), reference, new Dictionary<string, string> { ["EstargzFormat"] = "zstd-chunked" })).Succeeded();
        return reference;
    }

    private async Task<string> ConvertAsync()
    {
        var reference = $"{(await RegistryAsync()).Host}/converted/web:1";
        await using var containerd = await Containerd.StartAsync();
        await containerd.ConvertAsync(await StockImageAsync(), reference, "--estargz-compression-level", "1");
        return reference;
    }
}
