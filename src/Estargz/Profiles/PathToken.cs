namespace Estargz.Profiles;

/// <summary>
/// A folder that every image has in its own place, so that a path from there stays true across base images, patch
/// releases and runtime identifiers.
/// </summary>
public sealed record PathToken
{
    private const string FrameworkPrefix = "framework:";

    private PathToken(string name) => Name = name;

    /// <summary>The image's working directory.</summary>
    public static PathToken App { get; } = new("app");

    /// <summary>The folder that holds <c>host/fxr</c>; in a self-contained app the app's folder.</summary>
    public static PathToken Dotnet { get; } = new("dotnet");

    /// <summary>What stands between <c>$(</c> and <c>)</c>.</summary>
    public string Name { get; }

    /// <summary>The name of the shared framework; null for the other tokens.</summary>
    public string? FrameworkName => Name.StartsWith(FrameworkPrefix, StringComparison.Ordinal) ? Name[FrameworkPrefix.Length..] : null;

    /// <summary>The folder of any version of a shared framework; in a self-contained app the app's folder.</summary>
    /// <param name="name">The framework's name: letters, digits, dots, <c>-</c> and <c>_</c>.</param>
    public static PathToken Framework(string name) =>
        Parse(FrameworkPrefix + name) ?? throw new ArgumentException("not the name of a framework", nameof(name));

    /// <summary>The token with a name; null where there is none.</summary>
    public static PathToken? Parse(string name) => name switch
    {
        "app" => App,
        "dotnet" => Dotnet,
        _ when name.StartsWith(FrameworkPrefix, StringComparison.Ordinal) && IsFramework(name.AsSpan(FrameworkPrefix.Length)) => new PathToken(name),
        _ => null,
    };

    /// <summary>As a profile has it: <c>$(app)</c>.</summary>
    public override string ToString() => $"$({Name})";

    private static bool IsFramework(ReadOnlySpan<char> name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_'))
            {
                return false;
            }
        }

        return name.ContainsAnyExcept('.');
    }
}
