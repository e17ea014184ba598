namespace Estargz.Recording;

/// <summary>Programs, found as a shell finds them.</summary>
internal static class Executable
{
    /// <summary>The real path of a program; null if there is none of that name.</summary>
    /// <param name="name">A path, or a name to look for on PATH.</param>
    public static string? Find(string name) =>
        name.Contains('/', StringComparison.Ordinal)
            ? RealFile(name)
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Where(Path.IsPathFullyQualified)
                .Select(folder => RealFile(Path.Combine(folder, name)))
                .FirstOrDefault(file => file is not null);

    private static string? RealFile(string path) => File.Exists(path) ? RealPath.Of(path) : null;
}
