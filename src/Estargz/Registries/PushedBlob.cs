namespace Estargz.Registries;

/// <summary>How a blob came to be in a repository.</summary>
/// <remarks>A class and no enum, because .NET would compile what awaits a value of it anew in each publish.</remarks>
public sealed class PushedBlob
{
    private readonly string _name;

    private PushedBlob(string name) => _name = name;

    /// <summary>It was there already: no byte was sent.</summary>
    public static PushedBlob Existed { get; } = new("existed");

    /// <summary>The registry took it over from another of its repositories: no byte was sent.</summary>
    public static PushedBlob Mounted { get; } = new("mounted");

    /// <summary>Its bytes were sent.</summary>
    public static PushedBlob Uploaded { get; } = new("uploaded");

    /// <inheritdoc/>
    public override string ToString() => _name;
}
