using System.Diagnostics;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>The .NET SDK, run as from a shell, whatever process the tests themselves run in.</summary>
public static class Dotnet
{
    private static readonly Dictionary<string, string?> Clean = new()
    {
        // A node that stays would keep the task's assembly loaded, and with it the version of the test before.
        ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
        ["MSBUILDDISABLENODEREUSE"] = "1",

        // The compiler stays, as on a developer's machine, whatever the surroundings say: otherwise each publish waits 2 s for it.
        ["UseSharedCompilation"] = "true",
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_CLI_UI_LANGUAGE"] = "en",

        // `dotnet test` sets these for its own MSBuild.
        ["MSBuildSDKsPath"] = null,
        ["MSBuildExtensionsPath"] = null,
        ["MSBUILD_EXE_PATH"] = null,
        ["MSBuildLoadMicrosoftTargetsReadOnly"] = null,
    };

    /// <summary>Runs <c>dotnet</c> to its end.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">More variables.</param>
    /// <param name="folder">Its current folder.</param>
    /// <param name="umask">Its umask in octal; that of the tests by default.</param>
    public static Task<Command> RunAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? folder = null, string? umask = null) =>
        umask is null
            ? Command.RunAsync(Program, arguments, With(environment), folder)
            : Command.RunAsync("/bin/sh", ["-c", $"umask {umask}; exec \"$0\" \"$@\"", Program, .. arguments], With(environment), folder);

    /// <summary>Runs <c>dotnet</c> until it is time to press Ctrl+C.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">More variables.</param>
    /// <param name="folder">Its current folder.</param>
    /// <param name="isTime">Asked again and again.</param>
    public static Task<Command> InterruptAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment, string? folder, Func<bool> isTime) =>
        Command.InterruptAsync(Program, arguments, With(environment), folder, isTime);

    /// <summary>Starts <c>dotnet</c>, for a test that does not let it run to its end.</summary>
    internal static Process Start(IEnumerable<string> arguments, string folder) => Command.StartInterruptible(Program, arguments, With(null), folder);

    /// <summary>Its path, or its name to be looked for in PATH.</summary>
    public static string Program => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>The environment variables that it is run with.</summary>
    /// <param name="environment">More, which prevail.</param>
    public static Dictionary<string, string?> With(IReadOnlyDictionary<string, string?>? environment)
    {
        var all = new Dictionary<string, string?>(Clean);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            all[name] = value;
        }

        return all;
    }
}
