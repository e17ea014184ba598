using System.Diagnostics;

namespace Estargz.Recording.Tests;

/// <summary>A test that runs an app in an image.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IsolationFactAttribute : FactAttribute
{
    /// <summary>Skips with the reason.</summary>
    public IsolationFactAttribute() => Skip = Missing;

    /// <summary>Whether it is about what root may do there.</summary>
    public bool Root
    {
        get => Skip is not null;
        set => Skip ??= value && !Environment.IsPrivilegedProcess ? "Only root has those rights." : null;
    }

    /// <summary>Why that cannot be done here; null where it can.</summary>
    internal static string? Missing { get; } =
        !OperatingSystem.IsLinux() ? "Apps are recorded on Linux only."
        : Executable.Find("unshare") is not { } unshare ? "unshare is not on PATH."
        : Runs(unshare, "--mount", "true") || Runs(unshare, "--user", "--map-root-user", "--mount", "true") ? null
        : "This user may make no mount namespace.";

    private static bool Runs(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

/// <summary>The same with several inputs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IsolationTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips with the reason.</summary>
    public IsolationTheoryAttribute() => Skip = IsolationFactAttribute.Missing;
}
