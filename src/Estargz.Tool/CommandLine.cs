using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;

namespace Estargz.Tool;

/// <summary>The command line: data to standard output, messages to standard error.</summary>
internal static class CommandLine
{
    /// <summary>
    /// How long a canceled command may take to end by itself. After that the process ends without it, which leaves
    /// nothing behind: temporary files have no name. But a recorded app has to be ended, its unpacked image removed, and what
    /// was sent to a registry taken back.
    /// </summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(0.5), LongTerminationTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Runs the command that the arguments name.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Looks into container images whose layers are eStargz, makes others so, and records what apps read at start-up.")
        {
            VerifyCommand.Create(), InspectCommand.Create(), ConvertCommand.Create(), RecordCommand.Create(args), ProfileCommand.Create(), CacheCommand.Create(),
        };
        Examples.AddTo(root);
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
            {
                // The parser writes lists in lines of their own.
                Terminal.Tell($"error: {string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}");
            }

            Terminal.Tell($"See dotnet estargz {Path(parsed.CommandResult)}--help");
            return ExitCode.Usage;
        }

        bool cleansUp = parsed.CommandResult.Command.Name is RecordCommand.Name or ConvertCommand.Name;
        using var canceled = new CancellationTokenSource();
        using var hangup = cleansUp ? PosixSignalRegistration.Create(PosixSignal.SIGHUP, Cancel) : null;
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = cleansUp ? LongTerminationTimeout : TerminationTimeout },
                canceled.Token);
        }
        catch (IOException e)
        {
            // The help, which no command writes.
            Terminal.Tell($"error {DiagnosticCode.FileUnreadable}: {Terminal.CannotBeWritten(e)}");
            return ExitCode.Failure;
        }

        // The terminal is closed. Ctrl+C and SIGTERM the library knows.
        void Cancel(PosixSignalContext signal)
        {
            signal.Cancel = true;
            canceled.Cancel();
        }
    }

    /// <summary>The one place where failures become a line and an exit code.</summary>
    public static async Task<int> CatchAsync(Func<CancellationToken, Task<int>> command, CancellationToken cancellationToken)
    {
        try
        {
            // Off this thread, so that a signal is heard while a layer is decompressed.
            return await Task.Run(() => command(cancellationToken), CancellationToken.None);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Canceled;
        }
        catch (EstargzException e)
        {
            Terminal.Tell($"error {e.Code}: {e.Message}");
        }
        catch (Exception e)
        {
            Terminal.Tell($"error {DiagnosticCode.Bug}: This is a bug in Estargz: {e.GetType()}: {e.Message}");
        }

        return ExitCode.Failure;
    }

    /// <summary>The names of a command and of those above it, each with a blank after it.</summary>
    private static string Path(CommandResult result) => result.Parent is CommandResult parent ? $"{Path(parent)}{result.Command.Name} " : "";
}
