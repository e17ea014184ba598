namespace Estargz.Recording;

/// <summary>Programs, found as a shell finds them.</summary>
internal static class Executable
{
    /// <summary>The real path of a program; null if there is none of that name.</summary>
    /// <param name="name">A path, or a name to look for on PATH.</param>
    public static string? Find(string name) => Locate(name) is { } path ? RealPath.Of(path) : null;

    /// <summary>The path of a program as it was found: one that is a link may do what the link's name says.</summary>
    /// <param name="name">A path, or a name to look for on PATH.</param>
    public static string? Locate(string name) =>
        name.Contains('/', StringComparison.Ordinal)
            ? File.Exists(name) ? name : null
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Where(Path.IsPathFullyQualified)
                .Select(folder => Path.Combine(folder, name))
                .FirstOrDefault(File.Exists);
}
