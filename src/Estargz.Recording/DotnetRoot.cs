using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Estargz.Recording;

/// <summary>Installations of .NET: folders that hold <c>dotnet</c>, <c>host/fxr</c> and <c>shared</c>.</summary>
internal static partial class DotnetRoot
{
    private static readonly string Architecture = RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>
    /// The installations that may run an app, as the host looks for them: the program's own folder, DOTNET_ROOT_X64 (or
    /// another architecture's), DOTNET_ROOT, what the machine's settings name, the usual places; real paths.
    /// </summary>
    /// <param name="program">The real path of the app's program.</param>
    /// <param name="variable">The app's environment.</param>
    /// <param name="settings">The folder of the machine's settings.</param>
    public static IReadOnlyList<string> Candidates(string program, Func<string, string?> variable, string settings = "/etc/dotnet") =>
        [.. new[]
            {
                Path.GetDirectoryName(program),
                variable("DOTNET_ROOT_" + Architecture.ToUpperInvariant()),
                variable("DOTNET_ROOT"),
                ReadSetting(Path.Combine(settings, "install_location_" + Architecture.ToLowerInvariant())),
                ReadSetting(Path.Combine(settings, "install_location")),
                "/usr/share/dotnet",
                "/usr/lib/dotnet",
                "/usr/lib64/dotnet",
            }
            .Where(folder => !string.IsNullOrEmpty(folder) && Directory.Exists(Path.Combine(folder, "host", "fxr")))
            .Select(folder => RealPath.Of(folder!)!)
            .Distinct(StringComparer.Ordinal)];

    /// <summary>
    /// The installation that has a library of the host or of the runtime: whatever has led to it, a script for example, has
    /// found it there. Null: none has.
    /// </summary>
    /// <param name="library">The real path of a file.</param>
    public static string? Of(string library) => Library().Match(library) is { Success: true } match ? match.Groups["root"].Value : null;

    /// <summary>Whether a file is the runtime itself.</summary>
    public static bool IsRuntime(string file) => Path.GetFileName(file) == "libcoreclr.so";

    /// <summary>The folders of an installation that an app reads from: its own, the host's and each framework's.</summary>
    public static IEnumerable<string> Folders(string root) =>
        Subfolders(Path.Combine(root, "host", "fxr"))
            .Concat(Subfolders(Path.Combine(root, "shared")).SelectMany(Subfolders))
            .Prepend(root);

    private static string? ReadSetting(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadLines(file).FirstOrDefault()?.Trim() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // The host cannot read it either.
        }
    }

    private static string[] Subfolders(string folder) => Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];

    [GeneratedRegex(@"\A(?<root>/.+)/(?:host/fxr/[^/]+/libhostfxr|shared/[^/]+/[^/]+/libcoreclr)\.so\z")]
    private static partial Regex Library();
}
