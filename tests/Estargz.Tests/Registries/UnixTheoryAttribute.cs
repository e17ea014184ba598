namespace Estargz.Tests.Registries;

/// <summary>A test with cases that needs a Unix shell.</summary>
public sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute() => Skip = OperatingSystem.IsWindows() ? "needs a Unix shell" : null;
}
