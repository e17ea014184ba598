namespace Estargz.Recording.Tests;

/// <summary>A test that compares with what strace sees.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StraceTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips with the reason.</summary>
    public StraceTheoryAttribute() => Skip = StraceLog.FindProgram() is null ? "strace is not on PATH." : null;
}
