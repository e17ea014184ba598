using System.Text.RegularExpressions;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>A docker-registry of its own on a free loopback port; its storage goes when it does.</summary>
public sealed partial class DockerRegistry : IAsyncDisposable
{
    /// <summary>The user name that a registry with authentication knows.</summary>
    public const string User = "tester";

    /// <summary>The password of <see cref="User"/>.</summary>
    public const string Password = "testpassword";

    // docker-registry takes bcrypt only, which .NET does not have: this is Password at cost 5.
    private const string BcryptOfPassword = "$2b$05$abcdefghijklmnopqrstuuumdHvtDbXLiMUnSzTg5m4tpQDY2nJOK";

    private readonly TemporaryFolder _folder;
    private readonly Daemon _daemon;

    private DockerRegistry(TemporaryFolder folder, Daemon daemon, string host) => (_folder, _daemon, Host) = (folder, daemon, host);

    /// <summary>Host and port: <c>127.0.0.1:40123</c>.</summary>
    public string Host { get; }

    /// <summary>Every finished request.</summary>
    public IReadOnlyList<RegistryRequest> Requests => [.. AccessLine().Matches(_daemon.Log).Select(RegistryRequest.From)];

    /// <summary>Starts a registry.</summary>
    /// <param name="authentication">Whether it wants <see cref="User"/> and <see cref="Password"/> (basic authentication).</param>
    public static async Task<DockerRegistry> StartAsync(bool authentication = false)
    {
        var folder = new TemporaryFolder();
        var host = $"127.0.0.1:{FreePort.Next()}";
        await File.WriteAllTextAsync(folder["htpasswd"], $"{User}:{BcryptOfPassword}\n");
        await File.WriteAllLinesAsync(folder["config.yml"], [
            "version: 0.1",
            "log: {level: warn}",
            $"storage: {{filesystem: {{rootdirectory: {folder["storage"]}}}, delete: {{enabled: true}}}}",
            $"http: {{addr: '{host}'}}",
            authentication ? $"auth: {{htpasswd: {{realm: tests, path: {folder["htpasswd"]}}}}}" : ""]);
        try
        {
            var daemon = await Daemon.StartAsync("docker-registry", ["serve", folder["config.yml"]], _ => HttpAnswer.ExistsAsync($"http://{host}/v2/"));
            return new DockerRegistry(folder, daemon, host);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        _folder.Dispose();
    }

    // Combined log format: address - user [time] "METHOD path HTTP/1.1" status bytes "referrer" "agent"
    [GeneratedRegex("""^\S+ - \S+ \[[^\]]*\] "(?<method>[A-Z]+) (?<path>\S+) HTTP/[^"]*" (?<status>\d{3}) (?<bytes>\d+)""", RegexOptions.Multiline)]
    private static partial Regex AccessLine();
}
