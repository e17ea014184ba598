using System.Collections.Frozen;

namespace Estargz.Recording;

/// <summary>How an app has ended: .NET and shells tell a signal by its number and 128, which an app can also return.</summary>
internal static class ExitStatus
{
    private const int SignalBase = 128;

    /// <summary>The signals that end a process which does not handle them, signal(7); the same numbers on x64 and arm64.</summary>
    private static readonly FrozenDictionary<int, string> Signals = new (int Number, string Name)[]
    {
        (1, "SIGHUP"), (2, "SIGINT"), (3, "SIGQUIT"), (4, "SIGILL"), (5, "SIGTRAP"), (6, "SIGABRT"), (7, "SIGBUS"), (8, "SIGFPE"),
        (9, "SIGKILL"), (10, "SIGUSR1"), (11, "SIGSEGV"), (12, "SIGUSR2"), (13, "SIGPIPE"), (14, "SIGALRM"), (15, "SIGTERM"),
        (16, "SIGSTKFLT"), (24, "SIGXCPU"), (25, "SIGXFSZ"), (26, "SIGVTALRM"), (27, "SIGPROF"), (29, "SIGIO"), (30, "SIGPWR"), (31, "SIGSYS"),
    }.ToFrozenDictionary(signal => signal.Number, signal => signal.Name);

    /// <summary>Whether a signal has ended the app.</summary>
    public static bool IsSignal(int exitCode) => Signals.ContainsKey(exitCode - SignalBase);

    /// <summary>The same in words that follow the app's name.</summary>
    public static string Describe(int exitCode) => Signals.TryGetValue(exitCode - SignalBase, out var name)
        ? $"was ended by signal {exitCode - SignalBase} ({name})"
        : $"ended with exit code {exitCode}";
}
