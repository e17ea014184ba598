using System.Diagnostics;
using System.Text;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>A program that runs beside the tests until it is disposed of; everything it writes is its log.</summary>
public sealed class Daemon : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly StringBuilder _log = new();
    private readonly Process _process;

    private Daemon(Process process)
    {
        _process = process;
        DataReceivedEventHandler write = (_, line) =>
        {
            lock (_log)
            {
                _log.AppendLine(line.Data);
            }
        };
        process.OutputDataReceived += write;
        process.ErrorDataReceived += write;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Everything it wrote so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Starts a program and waits until it is ready.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="ready">Asked again and again until it says true.</param>
    /// <exception cref="InvalidOperationException">It ended, or was not ready in 30 seconds; the message has its log.</exception>
    public static async Task<Daemon> StartAsync(string program, IEnumerable<string> arguments, Func<Daemon, Task<bool>> ready)
    {
        var daemon = new Daemon(Command.Start(program, arguments, null, null));
        var clock = Stopwatch.StartNew();
        while (!await ready(daemon))
        {
            if (daemon._process.HasExited || clock.Elapsed > Patience)
            {
                await daemon.DisposeAsync();
                throw new InvalidOperationException($"{program} did not become ready.\n{daemon.Log}");
            }

            await Task.Delay(20);
        }

        return daemon;
    }

    /// <summary>Asks it to end (SIGTERM), waits for that, and ends it by force if it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await Command.RunAsync("/bin/sh", ["-c", $"kill -TERM {_process.Id}"]);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }
}
