namespace Estargz.MSBuild.Tests.Peers;

/// <summary>What the SDK alone publishes, made eStargz by the reference tool.</summary>
public sealed class ConvertedImage(RegistryFixture registries) : IAsyncLifetime
{
    /// <summary>The image, without the registry.</summary>
    public const string Name = "converted/web:1";

    private readonly Lazy<Task<DockerRegistry>> _converted = new(async () =>
    {
        var registry = await new StockImage(registries).RegistryAsync();
        await using var containerd = await Containerd.StartAsync();
        await containerd.ConvertAsync($"{registry.Host}/{StockImage.Name}", $"{registry.Host}/{Name}", "--estargz-compression-level", "1");
        return registry;
    });

    /// <summary>The registry that has the image; it is made when first asked for.</summary>
    public Task<DockerRegistry> RegistryAsync() => _converted.Value;

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;
}
