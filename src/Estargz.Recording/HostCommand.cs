namespace Estargz.Recording;

/// <summary>The command line of .NET's host: <c>dotnet [exec] [host options] app.dll [arguments]</c>.</summary>
internal static class HostCommand
{
    /// <summary>Options with a path behind them.</summary>
    private static readonly string[] PathOptions = ["--additionalprobingpath", "--depsfile", "--runtimeconfig"];

    /// <summary>All options of the host with a value behind them; it has no others before an app.</summary>
    private static readonly string[] Options = [.. PathOptions, "--additional-deps", "--fx-version", "--roll-forward", "--roll-forward-on-no-candidate-fx"];

    /// <summary>Whether a program is the host.</summary>
    public static bool IsHost(string program) => Path.GetFileName(program) == "dotnet";

    /// <summary>Where the entry assembly stands; for programs other than the host it can be the first argument only.</summary>
    /// <returns>The index of the argument; -1 if there is none.</returns>
    public static int FindAssembly(string program, IReadOnlyList<string> arguments)
    {
        int index = 0;
        if (IsHost(program))
        {
            index = arguments is ["exec", ..] ? 1 : 0;
            while (index < arguments.Count && IsOneOf(Options, arguments[index]))
            {
                index += 2;
            }
        }

        return index < arguments.Count && arguments[index].EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? index : -1;
    }

    /// <summary>The same arguments for a host that runs in another folder.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="assembly">Where the entry assembly stands.</param>
    public static IReadOnlyList<string> WithFullPaths(IReadOnlyList<string> arguments, int assembly) =>
        [.. arguments.Select((argument, i) => i == assembly || (i > 0 && i < assembly && IsOneOf(PathOptions, arguments[i - 1])) ? Path.GetFullPath(argument) : argument)];

    private static bool IsOneOf(string[] options, string argument) => options.Contains(argument, StringComparer.OrdinalIgnoreCase);
}
