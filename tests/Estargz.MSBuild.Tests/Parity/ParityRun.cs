using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Parity;

/// <summary>The matrix, published once by each side to one registry when the first test asks for it.</summary>
public sealed class ParityRun : IAsyncLifetime
{
    private readonly Dictionary<string, (IReadOnlyList<TarFile> Files, string DiffId)> _layers = [];
    private Task<DockerRegistry>? _published;

    /// <summary>All differences of all cases.</summary>
    /// <param name="package">Our package.</param>
    public async Task<IReadOnlyList<Difference>> DifferencesAsync(PackedPackage package)
    {
        var differences = new List<Difference>();
        foreach (var one in ParityCases.All)
        {
            differences.AddRange(Difference.Between(
                one,
                await ImageFields.ReadAsync(await RepositoryAsync(package, "stock", one.Name), _layers),
                await ImageFields.ReadAsync(await RepositoryAsync(package, "ours", one.Name), _layers)));
        }

        return differences;
    }

    /// <summary>The digest of the uppermost layer of an image, which has the app.</summary>
    /// <param name="package">Our package.</param>
    /// <param name="side"><c>stock</c> or <c>ours</c>.</param>
    /// <param name="name">The name of a case for one platform, with a tag.</param>
    /// <param name="tag">Its tag.</param>
    public async Task<string> AppLayerAsync(PackedPackage package, string side, string name, string tag)
    {
        var manifest = await (await RepositoryAsync(package, side, name)).ManifestAsync(tag);
        return (string)manifest["layers"]!.AsArray()[^1]!["digest"]!;
    }

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_published is { IsCompletedSuccessfully: true })
        {
            await (await _published).DisposeAsync();
        }
    }

    private async Task<Repository> RepositoryAsync(PackedPackage package, string side, string name) =>
        new((await (_published ??= PublishAsync(package))).Host, $"{side}/{name}");

    private static async Task<DockerRegistry> PublishAsync(PackedPackage package)
    {
        var registry = await DockerRegistry.StartAsync();
        try
        {
            await ParityBase.PushAsync(registry.Host);
            using var stock = new ParityProjects(registry.Host, "stock", null);
            using var ours = new ParityProjects(registry.Host, "ours", package);
            foreach (var publish in await Task.WhenAll(stock.PublishAsync(), ours.PublishAsync()))
            {
                publish.Succeeded();
            }

            return registry;
        }
        catch
        {
            await registry.DisposeAsync();
            throw;
        }
    }
}
