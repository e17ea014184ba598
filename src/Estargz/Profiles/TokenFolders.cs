using System.Text.RegularExpressions;

namespace Estargz.Profiles;

/// <summary>Where the tokens of a profile lead to in one image.</summary>
public sealed partial record TokenFolders
{
    private TokenFolders(string app, string? dotnet) => (App, Dotnet) = (app, dotnet);

    /// <summary>The app's folder: the working directory, without a slash at either end.</summary>
    public string App { get; }

    /// <summary>The folder of a framework-dependent app's host; null where the app brings its own runtime.</summary>
    public string? Dotnet { get; }

    /// <summary>The folders of a file system.</summary>
    /// <param name="app">The app's folder.</param>
    /// <param name="dotnet">The folder that holds <c>host/fxr</c>; null for a self-contained app.</param>
    public static TokenFolders Create(string app, string? dotnet) => new(Clean(app), dotnet is null ? null : Clean(dotnet));

    /// <summary>
    /// The folders of an image. The app is self-contained where its folder has <c>libhostpolicy.so</c>, or the image has no
    /// <c>host/fxr</c>.
    /// </summary>
    public static TokenFolders Of(ImageTree tree, string workingDirectory) => new(
        Clean(workingDirectory),
        tree.Find(workingDirectory + "/libhostpolicy.so") is null ? FindDotnet(tree) : null);

    /// <summary>The path or glob in the image that a line stands for.</summary>
    public string Expand(ProfileLine line) => line.Token is null ? line.Path : Clean($"{FolderOf(line.Token)}/{line.Path}");

    /// <summary>The folders of a shared framework's versions.</summary>
    internal string? FrameworkFolder(string name) => Dotnet is null ? null : Clean($"{Dotnet}/shared/{name}");

    /// <summary>
    /// The same line with a token in place of the folder, and globs in place of versions and of multiarch folders
    /// (<c>usr/lib/*-linux-*/libc.so.6</c>). A name with characters of a glob stays as it is where it would turn into one.
    /// </summary>
    public ProfileLine Portable(ProfileLine line)
    {
        if (line.Token is not null)
        {
            return line;
        }

        string? version = null;
        var token = PathToken.App;
        var path = Below(App, line.Path);
        if (path is null && Dotnet is not null && Below(Dotnet, line.Path) is { } inDotnet)
        {
            (token, path) = (PathToken.Dotnet, inDotnet);
            if (FrameworkFile().Match(inDotnet) is { Success: true } file && PathToken.Parse("framework:" + file.Groups["name"]) is { } framework)
            {
                (token, path, version) = (framework, file.Groups["path"].Value, "*");
            }
            else if (ResolverFile().Match(inDotnet) is { Success: true } resolver)
            {
                (path, version) = ($"host/fxr/*/{resolver.Groups["path"].Value}", "*");
            }
        }
        else if (path is null)
        {
            path = MultiarchFolder().Replace(line.Path, "$1*-linux-*/");
            (token, version) = (null, path == line.Path ? null : "*");
        }

        return version is not null && Glob.IsPattern(line.Path) ? line : line with { Token = token, Path = path };
    }

    private static string Clean(string path) => string.Join('/', TreePath.Segments(path));

    private static string? Below(string folder, string path) =>
        folder.Length == 0 ? null
        : path.StartsWith(folder, StringComparison.Ordinal) && path.Length > folder.Length && path[folder.Length] == '/' ? path[(folder.Length + 1)..]
        : null;

    private static string? FindDotnet(ImageTree tree)
    {
        var open = new Stack<TreeNode>([tree.Root]);
        while (open.TryPop(out var node))
        {
            if (node.Child("host")?.Child("fxr") is { IsDirectory: true })
            {
                return node.Path;
            }

            foreach (var (_, child) in node.Children.Reverse())
            {
                open.Push(child);
            }
        }

        return null;
    }

    private string FolderOf(PathToken token) =>
        token == PathToken.App || Dotnet is null ? App
        : token.FrameworkName is { } name ? FrameworkFolder(name) + "/*"
        : Dotnet;

    [GeneratedRegex("^shared/(?<name>[^/]+)/[^/]+/(?<path>.+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex FrameworkFile();

    [GeneratedRegex("^host/fxr/[^/]+/(?<path>.+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex ResolverFile();

    [GeneratedRegex("^((?:usr/)?lib/)[^/*?[]+-linux-[^/*?[]+/", RegexOptions.CultureInvariant)]
    private static partial Regex MultiarchFolder();
}
