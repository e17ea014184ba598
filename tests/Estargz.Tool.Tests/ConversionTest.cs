using Estargz.MSBuild.Tests.Peers;
using Estargz.Testing;

namespace Estargz.Tool.Tests;

/// <summary>A registry to convert in, and a folder, with a cache, that no other test has.</summary>
public abstract class ConversionTest : IAsyncLifetime, IDisposable
{
    private protected TemporaryFolder Folder { get; } = new();

    private protected TestRegistry Registry { get; private set; } = null!;

    public async Task InitializeAsync() => Registry = await TestRegistry.StartAsync();

    public async Task DisposeAsync() => await Registry.DisposeAsync();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Task<Command> ConvertAsync(string source, string target, params string[] options) =>
        ToolRun.RunAsync(new Dictionary<string, string?> { ["XDG_CACHE_HOME"] = Folder["cache"] }, ["convert", source, target, .. options]);

    private protected static async Task AssertLazyAsync(string image)
    {
        var run = await ToolRun.RunAsync("verify", image);
        Assert.Equal((ExitCode.Success, ""), (run.ExitCode, run.Error));
    }
}
