using System.Globalization;
using Estargz.Images;
using Estargz.MSBuild.Tests.Peers;
using Estargz.Registries;

namespace Estargz.Benchmarks.Publishes;

/// <summary><c>dotnet new web</c>, published by the SDK alone or with this package.</summary>
/// <param name="name">Part of the names of its repositories.</param>
/// <param name="app">The project.</param>
/// <param name="place">The registry.</param>
/// <param name="baseImage">Reference of the base image there.</param>
/// <param name="arguments">What each publish has in addition: <c>--self-contained</c>.</param>
public sealed class Publisher(string name, PublishedApp app, DockerRegistry place, string baseImage, params string[] arguments) : IDisposable
{
    private const string From = "the benchmark";

    private readonly string _source = File.ReadAllText(Path.Combine(app.Folder, "Program.cs"));

    /// <summary>The name.</summary>
    public string Name => name;

    /// <summary>The folder of the project.</summary>
    public string Folder => app.Folder;

    /// <summary>The image in a repository that is called after a round.</summary>
    public string Image(string round) => $"{place.Host}/{round}/{name}:latest";

    /// <summary><c>dotnet publish -t:PublishContainer</c>.</summary>
    /// <param name="round">Where to push.</param>
    public Task<Measured> PublishContainerAsync(string round) => DotnetAsync(
        ["publish", "--configuration", "Release", .. arguments, .. PublishedApp.Arguments(baseImage, Image(round), null)],
        PublishedApp.Variables(baseImage, Image(round), null));

    /// <summary><c>dotnet publish</c>, without a container.</summary>
    public Task<Measured> PublishAsync() => DotnetAsync(["publish", "--configuration", "Release", .. arguments], null);

    /// <summary>Reads the project and builds nothing: what a node holds that has nothing to do.</summary>
    public Task<Measured> EvaluateAsync() => DotnetAsync(["msbuild", "-getProperty:OutputPath"], null);

    /// <summary>Brings the layers of the base image, and nothing else, into a repository.</summary>
    /// <param name="from">The round whose repository has them.</param>
    /// <param name="to">The round whose repository gets them.</param>
    public async Task MountBaseLayersAsync(string from, string to)
    {
        using var registry = new Registry(place.Host, new RegistryOptions { Access = RegistryAccess.Push });
        var source = Reference.Parse(Image(from), From);
        int layers = Manifest.Parse(await registry.GetManifestAsync(Reference.Parse(baseImage, From), default), From).Layers.Length;
        foreach (var layer in Manifest.Parse(await registry.GetManifestAsync(source, default), From).Layers.Take(layers))
        {
            await registry.PushBlobAsync(Reference.Parse(Image(to), From).Repository, layer, () => throw new InvalidOperationException($"{place.Host} mounts no blobs."), source.Repository, default);
        }
    }

    /// <summary>Changes one line of the app.</summary>
    public void ChangeLine(int number) => File.WriteAllText(
        Path.Combine(Folder, "Program.cs"),
        _source.Replace("Hello World!", string.Create(CultureInfo.InvariantCulture, $"Hello World {number}!"), StringComparison.Ordinal));

    /// <summary>Removes everything that a build made.</summary>
    public void Clean()
    {
        foreach (var made in (string[])["bin", "obj"])
        {
            Directory.Delete(Path.Combine(Folder, made), recursive: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => app.Dispose();

    private Task<Measured> DotnetAsync(IEnumerable<string> line, IReadOnlyDictionary<string, string?>? environment) =>
        Measured.RunAsync(Dotnet.Program, line, Dotnet.With(environment), Folder);
}
