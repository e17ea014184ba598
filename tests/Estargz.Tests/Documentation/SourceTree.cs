namespace Estargz.Tests.Documentation;

/// <summary>Where the files of this clone are, whatever the current folder is.</summary>
internal static class SourceTree
{
    private static readonly string s_root = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>A file or folder of the clone.</summary>
    public static string File(params string[] parts) => Path.Combine([s_root, .. parts]);

    private static string Find(DirectoryInfo? folder) =>
        folder is null ? throw new DirectoryNotFoundException("The tests do not run inside a clone: no Estargz.sln above them.")
        : System.IO.File.Exists(Path.Combine(folder.FullName, "Estargz.sln")) ? folder.FullName
        : Find(folder.Parent);
}
