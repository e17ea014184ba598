using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Estargz.Registries;

/// <summary>A program <c>docker-credential-NAME</c> that keeps secrets (protocol of docker-credential-helpers).</summary>
internal sealed partial class CredentialHelper(string name, RegistryOptions options)
{
    /// <summary>How long the program may take: some ask the user.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>How long its last words may take to arrive once it has ended.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

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
            var errors = new ProgramOutput(process.StandardError.BaseStream);
            var output = new ProgramOutput(process.StandardOutput.BaseStream);
            var readingErrors = errors.ReadAsync(_ => false, limit.Token);
            var reading = output.ReadAsync(IsWhole, limit.Token);
            await WriteAsync(process, server, limit.Token);
            var exit = process.WaitForExitAsync(limit.Token);
            await await Task.WhenAny(reading, exit);
            if (output.Bytes.Length <= ProgramOutput.Limit)
            {
                await exit;

                // A program that it has started, such as an agent, may hold its pipes for ever. Its own words are there by now.
                await Task.WhenAny(process.ExitCode == 0 ? reading : Task.WhenAll(reading, readingErrors), Task.Delay(Grace, options.Time, limit.Token));
            }

            return output.Bytes.Length > ProgramOutput.Limit ? throw Failed("printed more than 64 KiB")
                : process.ExitCode == 0 ? Parse(output.Bytes)
                : IsMiss(output.Bytes) ? null
                : throw Failed($"ended with {process.ExitCode}{Quote(errors.Bytes)}");
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

    /// <summary>Whether this is a JSON object as a whole, or too much to be an answer.</summary>
    private static bool IsWhole(ReadOnlyMemory<byte> output)
    {
        if (!output.Span.TrimEnd(" \t\r\n"u8).EndsWith("}"u8))
        {
            return output.Length > ProgramOutput.Limit;
        }

        try
        {
            JsonDocument.Parse(output).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The protocol says so in words, on the standard output. Nothing else of that is for anyone to see.</summary>
    private static bool IsMiss(ReadOnlyMemory<byte> output) =>
        Encoding.UTF8.GetString(output.Span).Contains("credentials not found", StringComparison.OrdinalIgnoreCase);

    /// <summary>The first line of what the program says to people; not if it looks like the answer to programs.</summary>
    private static string Quote(ReadOnlyMemory<byte> errors) => Encoding.UTF8.GetString(errors.Span)
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() is { } line
            && !line.Contains('{', StringComparison.Ordinal) ? $" ({RegistryError.Shorten(line, 200)})" : "";

    private Credentials? Parse(ReadOnlyMemory<byte> output)
    {
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
