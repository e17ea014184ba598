namespace Estargz.Tests.Registries;

/// <summary>A test against Debian's <c>docker-registry</c>, where it is installed.</summary>
public sealed class DebianRegistryFactAttribute : FactAttribute
{
    public const string Program = "/usr/bin/docker-registry";

    public DebianRegistryFactAttribute() => Skip = File.Exists(Program) ? null : $"{Program} is not installed";
}
