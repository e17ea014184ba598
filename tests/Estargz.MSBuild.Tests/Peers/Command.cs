using System.Diagnostics;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>A program that ran to its end.</summary>
/// <param name="Line">The program and its arguments.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
public sealed record Command(string Line, int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    /// <summary>This command, or an exception with everything it wrote.</summary>
    public Command Succeeded() => ExitCode == 0 ? this : throw new InvalidOperationException($"'{Line}' ended with exit code {ExitCode}.\n{Output}\n{Error}");

    /// <summary>Runs a program to its end; after eight minutes it is ended with everything it started.</summary>
    /// <param name="program">Its name, looked for in PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables to set, or to remove with null.</param>
    /// <param name="folder">Its current folder.</param>
    public static async Task<Command> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? folder = null)
    {
        using var process = Start(program, arguments, environment, folder);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{program} {string.Join(' ', arguments)}' did not end in {Patience.TotalMinutes} minutes.");
        }

        return new Command($"{program} {string.Join(' ', arguments)}", process.ExitCode, await output, await error);
    }

    /// <summary>Starts a program, and sends it what Ctrl+C sends when it is time.</summary>
    /// <param name="program">Its name, looked for in PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables to set, or to remove with null.</param>
    /// <param name="folder">Its current folder.</param>
    /// <param name="isTime">Asked again and again; the program must not end before this says true.</param>
    public static async Task<Command> InterruptAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment, string? folder, Func<bool> isTime)
    {
        using var process = StartInterruptible(program, arguments, environment, folder);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        while (!isTime() && !process.HasExited)
        {
            await Task.Delay(20);
        }

        Assert.False(process.HasExited, "The program ended before it could be interrupted.");
        (await RunAsync("/bin/sh", ["-c", $"kill -INT {process.Id}"])).Succeeded();
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        return new Command($"{program} {string.Join(' ', arguments)}", process.ExitCode, await output, await error);
    }

    /// <summary>
    /// Starts a program that minds Ctrl+C: who starts tests in the background of a shell has them ignore it, and all that
    /// they start.
    /// </summary>
    public static Process StartInterruptible(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment, string? folder) =>
        Start("env", ["--default-signal=INT", program, .. arguments], environment, folder);

    internal static Process Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment, string? folder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
