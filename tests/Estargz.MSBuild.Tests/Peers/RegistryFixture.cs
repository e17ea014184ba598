namespace Estargz.MSBuild.Tests.Peers;

/// <summary>
/// One real registry for all tests of the collection <c>registry</c>, started when the first of them asks for it. A test
/// uses repositories of its own, or relies on nobody else's. The tests of the collection run one after the other.
/// </summary>
public sealed class RegistryFixture : IAsyncLifetime
{
    private readonly Lazy<Task<DockerRegistry>> _registry = new(() => DockerRegistry.StartAsync());
    private readonly Lazy<Task<string>> _baseImage;

    /// <summary>Starts nothing yet.</summary>
    public RegistryFixture() => _baseImage = new(async () => await BaseImage.PushAsync(await _registry.Value));

    /// <summary>The registry.</summary>
    public Task<DockerRegistry> RegistryAsync() => _registry.Value;

    /// <summary>The reference of <see cref="BaseImage"/> in the registry.</summary>
    public Task<string> BaseImageAsync() => _baseImage.Value;

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
}

/// <summary>Tests that share <see cref="RegistryFixture"/>.</summary>
[CollectionDefinition("registry")]
public sealed class RegistryGroup : ICollectionFixture<RegistryFixture>;
