namespace Estargz.MSBuild.Tests.Peers;

/// <summary>Where the files of this clone are, whatever the current folder is.</summary>
public static class SourceTree
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>A file or folder of the clone.</summary>
    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A file or folder that is made by a build or a test and kept between runs.</summary>
    public static string Artifact(params string[] parts) => Path.Combine([Root, "artifacts", .. parts]);

    /// <summary>Copies a project to a folder that is there, without what was built of it.</summary>
    public static void Copy(string project, string folder)
    {
        foreach (var file in Directory.EnumerateFiles(project, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(project, file);
            if (path.Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"))
            {
                var target = Path.Combine(folder, path);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                System.IO.File.Copy(file, target);
            }
        }
    }

    private static string Find(DirectoryInfo? folder) =>
        folder is null ? throw new DirectoryNotFoundException("The tests do not run inside a clone: no Estargz.sln above them.")
        : System.IO.File.Exists(Path.Combine(folder.FullName, "Estargz.sln")) ? folder.FullName
        : Find(folder.Parent);
}
