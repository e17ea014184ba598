namespace Estargz.Recording;

/// <summary>Installations of .NET: folders that hold <c>dotnet</c>, <c>host/fxr</c> and <c>shared</c>.</summary>
internal static class DotnetRoot
{
    /// <summary>
    /// The installations that may run an app, as the host looks for them: the program's own folder, DOTNET_ROOT, the
    /// usual places; real paths.
    /// </summary>
    /// <param name="program">The real path of the app's program.</param>
    /// <param name="variable">The app's DOTNET_ROOT, if any.</param>
    public static IReadOnlyList<string> Candidates(string program, string? variable) =>
        [.. new[] { Path.GetDirectoryName(program), variable, "/usr/share/dotnet", "/usr/lib/dotnet", "/usr/lib64/dotnet" }
            .Where(folder => !string.IsNullOrEmpty(folder) && Directory.Exists(Path.Combine(folder, "host", "fxr")))
            .Select(folder => RealPath.Of(folder!)!)
            .Distinct(StringComparer.Ordinal)];

    /// <summary>The folders of an installation that an app reads from: its own, the host's and each framework's.</summary>
    public static IEnumerable<string> Folders(string root) =>
        Subfolders(Path.Combine(root, "host", "fxr"))
            .Concat(Subfolders(Path.Combine(root, "shared")).SelectMany(Subfolders))
            .Prepend(root);

    private static string[] Subfolders(string folder) => Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
}
