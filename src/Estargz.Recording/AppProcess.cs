using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Estargz.Recording;

/// <summary>The app while it runs; when this is disposed, neither it nor anything that it started runs any more.</summary>
internal sealed class AppProcess : IAsyncDisposable
{
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(3);

    private readonly Process _process;
    private readonly ProcessTree _tree;
    private readonly string? _temporaryFolder;
    private readonly Task[] _reading;

    private AppProcess(Process process, ProcessTree tree, string? temporaryFolder, AppOutput output)
    {
        (_process, _tree, _temporaryFolder) = (process, tree, temporaryFolder);
        process.StandardInput.Close();
        _reading = [output.ReadAsync(process.StandardOutput), output.ReadAsync(process.StandardError)];
        Ended = WaitAsync();
    }

    /// <summary>The exit code, once it has ended and its output is read; 128 and a signal's number if that ended it.</summary>
    public Task<int> Ended { get; }

    /// <summary>Starts the app.</summary>
    /// <param name="start">What to start.</param>
    /// <param name="port">The diagnostic port as the app sees it, which also marks the processes of the tree.</param>
    /// <param name="straceLog">The log of strace; null: without strace.</param>
    /// <param name="tree">Finds its processes.</param>
    /// <param name="output">Gets its output.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.RecordingFailed"/>.</exception>
    public static AppProcess Start(AppStart start, string port, string? straceLog, ProcessTree tree, AppOutput output)
    {
        string[] command = straceLog is null ? [.. start.Command] : [StraceLog.FindProgram()!, .. StraceLog.Arguments(straceLog), .. start.Command];
        var info = new ProcessStartInfo(command[0], command[1..])
        {
            // The way into an image goes to the working directory by itself.
            WorkingDirectory = start.Request.Root is not null ? "/" : start.Request.WorkingDirectory ?? start.AppFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (start.Request.Root is not null)
        {
            info.Environment.Clear();
        }

        foreach (var (name, value) in start.Request.Environment)
        {
            info.Environment[name] = value;
        }

        var ports = start.Variable("DOTNET_DiagnosticPorts");
        info.Environment["DOTNET_DiagnosticPorts"] = (string.IsNullOrEmpty(ports) ? "" : ports + ";") + port + ",suspend";
        if (start.Port is { } http)
        {
            info.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:" + http.ToString(CultureInfo.InvariantCulture);
            info.Environment.Remove("ASPNETCORE_HTTP_PORTS");
            info.Environment.Remove("ASPNETCORE_HTTPS_PORTS");
        }

        try
        {
            var process = Process.Start(info)!;
            tree.Begin(process.Id);
            return new AppProcess(process, tree, start.TemporaryFolder, output);
        }
        catch (Win32Exception e)
        {
            throw new EstargzException(
                DiagnosticCode.RecordingFailed,
                $"The app '{start.Request.FileName}' cannot be started: {e.Message}. Publish it for this machine, and see that it may be executed.",
                e);
        }
    }

    /// <summary>Asks the app to end, and gives it a moment.</summary>
    public async Task TerminateAsync()
    {
        _tree.Terminate();
        try
        {
            await Ended.WaitAsync(EndTime).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Then it is killed.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _tree.KillAsync(_temporaryFolder).ConfigureAwait(false);
        if (!_process.HasExited)
        {
            // It has changed its environment so that the tree does not find it.
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.StandardOutput.Close();
        _process.StandardError.Close();
        await ((Task)Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
    }

    private async Task<int> WaitAsync()
    {
        var exit = _process.WaitForExitAsync();
        await foreach (var done in Task.WhenEach([exit, .. _reading]).ConfigureAwait(false))
        {
            // Throws what the caller's callback threw.
            await done.ConfigureAwait(false);
            if (done == exit)
            {
                break;
            }
        }

        // A child that lives on may hold the pipes open.
        await Task.WhenAny(Task.WhenAll(_reading), Task.Delay(TimeSpan.FromMilliseconds(200))).ConfigureAwait(false);
        return _process.ExitCode;
    }
}
