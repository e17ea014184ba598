namespace Estargz.Tests.Registries;

/// <summary>A test that needs a Unix shell.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "needs a Unix shell" : null;
}
