using System.Globalization;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>
/// The package as it ships, packed under a version that no cache has seen, in a feed of its own. Share it as a collection
/// or class fixture.
/// </summary>
public sealed class PackedPackage : IAsyncLifetime, IDisposable
{
    // All pack the same project, in the same obj folder.
    private static readonly SemaphoreSlim Packing = new(1);
    private static int _count;

    private readonly TemporaryFolder _folder = new();

    /// <summary>The feed: a folder with the package.</summary>
    public string Feed => _folder["feed"];

    /// <summary>The cache of converted base layers that all apps of the collection share.</summary>
    public string Cache => _folder["cache"];

    /// <summary><c>0.1.0-test.</c> and two numbers.</summary>
    public string Version { get; } = string.Create(
        CultureInfo.InvariantCulture, $"0.1.0-test.{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}.{Interlocked.Increment(ref _count)}");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await Packing.WaitAsync();
        try
        {
            (await Dotnet.RunAsync([
                "pack", SourceTree.File("src", "Estargz.MSBuild"), "--configuration", "Release", "--output", Feed, $"-p:Version={Version}"])).Succeeded();
        }
        finally
        {
            Packing.Release();
        }
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Removes the feed, and what restores extracted of it.</summary>
    public void Dispose()
    {
        _folder.Dispose();
        var extracted = Path.Combine(
            Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
            "estargz.msbuild",
            Version);
        if (Directory.Exists(extracted))
        {
            Directory.Delete(extracted, recursive: true);
        }
    }
}
