using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Estargz.Tests.Registries;

/// <summary>A running <c>docker-registry</c> of the distribution project, in a folder of its own.</summary>
internal sealed class DebianRegistry : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("debian-registry-");
    private readonly Process _process;

    private DebianRegistry(int port, string? htpasswd)
    {
        Host = $"127.0.0.1:{port}";
        var configuration = $$$"""
            version: 0.1
            log: {level: error}
            storage: {filesystem: {rootdirectory: '{{{_folder.FullName}}}/data'}}
            http: {addr: '{{{Host}}}'}

            """;
        if (htpasswd is not null)
        {
            File.WriteAllText(Path.Combine(_folder.FullName, "htpasswd"), htpasswd + "\n");
            configuration += $"auth: {{htpasswd: {{realm: test, path: '{_folder.FullName}/htpasswd'}}}}\n";
        }

        var file = Path.Combine(_folder.FullName, "config.yml");
        File.WriteAllText(file, configuration);
        _process = Process.Start(new ProcessStartInfo(DebianRegistryFactAttribute.Program, ["serve", file])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    public string Host { get; }

    public static async Task<DebianRegistry> StartAsync(string? htpasswd = null)
    {
        int port;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        var registry = new DebianRegistry(port, htpasswd);
        while (!registry._process.HasExited)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, port);
                return registry;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        throw new InvalidOperationException($"docker-registry ended with {registry._process.ExitCode}.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
