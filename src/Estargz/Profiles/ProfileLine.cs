namespace Estargz.Profiles;

/// <summary>One path or glob of a profile.</summary>
/// <param name="Token">The folder that the path starts from; null for the image's root.</param>
/// <param name="Path">The path or glob from there, without a slash at either end.</param>
public sealed record ProfileLine(PathToken? Token, string Path)
{
    /// <summary>The pages that are read of it, where that is known.</summary>
    public TouchedPages? Pages { get; init; }

    /// <summary>A line for a path or glob.</summary>
    /// <param name="path">Slashes at its ends, empty segments and <c>.</c> mean nothing.</param>
    /// <param name="token">The folder that it starts from; null for the image's root.</param>
    public static ProfileLine Of(string path, PathToken? token = null) =>
        new(token, string.Join('/', TreePath.Segments(path)));

    /// <summary>Whether it names what is in the app's folder.</summary>
    /// <param name="app">That folder, without a slash at either end.</param>
    public bool IsIn(string app) => Token == PathToken.App || (Token is null && Path.StartsWith(app + "/", StringComparison.Ordinal));

    /// <summary>Token and path, as a reader knows them.</summary>
    public override string ToString() => Token is null ? Path : Path.Length == 0 ? Token.ToString() : $"{Token}/{Path}";
}
