namespace Estargz.Profiles;

/// <summary>A shared framework.</summary>
/// <param name="Name">Its name: <c>Microsoft.NETCore.App</c>.</param>
/// <param name="Version">Its version, as the name of its folder has it: <c>10.0.12</c>.</param>
public sealed record FrameworkVersion(string Name, string Version)
{
    /// <summary>Name and version with a blank between them.</summary>
    public override string ToString() => $"{Name} {Version}";
}
