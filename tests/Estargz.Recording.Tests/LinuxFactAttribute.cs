namespace Estargz.Recording.Tests;

/// <summary>A test that starts an app and records it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxFactAttribute : FactAttribute
{
    /// <summary>Skips with the reason.</summary>
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Apps are recorded on Linux only.";
}
