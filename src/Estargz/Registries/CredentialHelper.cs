using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Estargz.Registries;

/// <summary>A program <c>docker-credential-NAME</c> that keeps secrets (protocol of docker-credential-helpers).</summary>
internal sealed partial class CredentialHelper(string name, RegistryOptions options)
{
    private const int OutputLimit = 64 * 1024;

    /// <summary>How long the program may take: some ask the user.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Asks for the credentials of a server; null if the program has none.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.CredentialHelper"/>.</exception>
    public async Task<Credentials?> GetAsync(string server, CancellationToken ct)
    {
        if (!NamePattern().IsMatch(name))
        {
            throw Failed($"has a name that is not allowed: '{RegistryError.Shorten(name, 40)}'");
        }

        using var process = Start();
        using var time = new CancellationTokenSource(Limit, options.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, time.Token);
        try
        {
            // Read both, or a program that fills one pipe never ends.
            var errors = ReadAsync(process.StandardError.BaseStream, limit.Token);
            var output = ReadAsync(process.StandardOutput.BaseStream, limit.Token);
            await WriteAsync(process, server, limit.Token);
            await foreach (var read in Task.WhenEach(errors, output).WithCancellation(limit.Token))
            {
                await read;
            }

            await process.WaitForExitAsync(limit.Token);
            return Parse(await output, process.ExitCode);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw Failed($"gave no answer within {Limit.TotalSeconds:0} s");
        }
        finally
        {
            await limit.CancelAsync();
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(Locate())
        {
            ArgumentList = { "get" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw Failed("cannot be started", e);
        }
    }

    /// <summary>Process.Start looks in the current folder before PATH, and a build's folder is not to be trusted.</summary>
    private string Locate()
    {
        var file = $"docker-credential-{name}" + (OperatingSystem.IsWindows() ? ".exe" : "");
        return (options.NonEmpty("PATH") ?? "").Split(Path.PathSeparator)
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists) ?? throw Failed("is not on PATH");
    }

    private static async Task WriteAsync(Process process, string server, CancellationToken ct)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(server), ct);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code says why.
        }
    }

    private async Task<byte[]> ReadAsync(Stream stream, CancellationToken ct)
    {
        var buffer = new byte[OutputLimit + 1];
        int length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return length <= OutputLimit ? buffer[..length] : throw Failed("printed more than 64 KiB");
    }

    private Credentials? Parse(byte[] output, int exitCode)
    {
        if (exitCode != 0)
        {
            var said = Encoding.UTF8.GetString(output).Trim();
            return said.Contains("credentials not found", StringComparison.OrdinalIgnoreCase) ? null
                : throw Failed($"ended with {exitCode}" + (said.Length == 0 || said.Contains('{', StringComparison.Ordinal) ? "" : $" ({RegistryError.Shorten(said, 200)})"));
        }

        try
        {
            using var json = JsonDocument.Parse(output);
            var user = json.RootElement.GetProperty("Username").GetString();
            var secret = json.RootElement.GetProperty("Secret").GetString();
            return string.IsNullOrEmpty(user) && string.IsNullOrEmpty(secret) ? null
                : Credentials.Of(user ?? "", secret ?? "", $"credential helper docker-credential-{name}");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Not as the inner exception: what it printed may be half a secret.
            throw Failed("printed something else than a user name and a secret");
        }
    }

    private EstargzException Failed(string why, Exception? cause = null) => new(
        DiagnosticCode.CredentialHelper,
        (NamePattern().IsMatch(name) ? $"The credential helper docker-credential-{name} " : "A credential helper ")
            + $"{why}. It is named in the Docker configuration file; mend it there or run 'docker login' again.",
        cause);

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\z")]
    private static partial Regex NamePattern();
}
