namespace Estargz.Recording.Tests;

/// <summary>A test with several inputs that needs Linux.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips with the reason.</summary>
    public LinuxTheoryAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Images are unpacked on Linux only.";
}
