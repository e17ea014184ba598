namespace Estargz.MSBuild.Tests.Peers;

/// <summary>
/// The package as it ships, packed under a version that no cache has seen, in a feed of its own. Share it as a collection
/// or class fixture. Those that live at the same time have one feed: packing takes a while.
/// </summary>
public sealed class PackedPackage : IAsyncLifetime, IDisposable
{
    private static readonly SemaphoreSlim Packing = new(1);
    private static Packed? _packed;
    private static int _users;

    private readonly TemporaryFolder _folder = new();
    private Packed? _own;

    /// <summary>The feed: a folder with the package.</summary>
    public string Feed => Own.Folder["feed"];

    /// <summary>The cache of converted base layers that all apps of the collection share.</summary>
    public string Cache => _folder["cache"];

    /// <summary><c>0.1.0-test.</c> and a number.</summary>
    public string Version => Own.Version;

    private Packed Own => _own ?? throw new InvalidOperationException("The package is not packed yet.");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await Packing.WaitAsync();
        try
        {
            _own = _packed ??= await Packed.CreateAsync();
            _users++;
        }
        finally
        {
            Packing.Release();
        }
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Removes the feed with its last user, and what restores extracted of it.</summary>
    public void Dispose()
    {
        _folder.Dispose();
        Packing.Wait();
        try
        {
            if (_own is not null && --_users == 0)
            {
                _packed = null;
                _own.Dispose();
            }
        }
        finally
        {
            Packing.Release();
        }
    }

    private sealed class Packed(TemporaryFolder folder, string version) : IDisposable
    {
        public TemporaryFolder Folder => folder;

        public string Version => version;

        public static async Task<Packed> CreateAsync()
        {
            var packed = new Packed(new TemporaryFolder(), FormattableString.Invariant($"0.1.0-test.{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}"));
            (await Dotnet.RunAsync([
                "pack", SourceTree.File("src", "Estargz.MSBuild"), "--configuration", "Release", "--output", packed.Folder["feed"], $"-p:Version={packed.Version}"])).Succeeded();
            return packed;
        }

        public void Dispose()
        {
            folder.Dispose();
            var extracted = Path.Combine(
                Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
                "estargz.msbuild",
                version);
            if (Directory.Exists(extracted))
            {
                Directory.Delete(extracted, recursive: true);
            }
        }
    }
}
