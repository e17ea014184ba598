namespace Estargz.MSBuild.Tests.Peers;

/// <summary>What the SDK alone publishes: a web app on <see cref="BaseImage"/>, in plain gzip layers.</summary>
public sealed class StockImage(RegistryFixture registries) : IAsyncLifetime
{
    /// <summary>The image, without the registry.</summary>
    public const string Name = "stock/web:1";

    private readonly Lazy<Task<DockerRegistry>> _published = new(async () =>
    {
        var registry = await registries.RegistryAsync();
        using var app = await PublishedApp.FromTemplateAsync("web");
        (await app.PublishContainerAsync(await registries.BaseImageAsync(), $"{registry.Host}/{Name}")).Succeeded();
        return registry;
    });

    /// <summary>The registry that has the image; it is published when first asked for.</summary>
    public Task<DockerRegistry> RegistryAsync() => _published.Value;

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;
}
