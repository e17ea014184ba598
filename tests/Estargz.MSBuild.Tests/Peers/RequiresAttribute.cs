namespace Estargz.MSBuild.Tests.Peers;

/// <summary>
/// A test that needs more than the .NET SDK. Where something is missing it is skipped, and says what.
/// </summary>
public sealed class RequiresAttribute : FactAttribute
{
    /// <summary>States what the test needs.</summary>
    /// <param name="peers">
    /// Programs in PATH, by name; <c>root</c>; <c>fuse</c> (<c>/dev/fuse</c>); <c>peers</c> (the Go programs of
    /// <c>tests/peers</c>: built, or Go and the reference library to build them).
    /// </param>
    public RequiresAttribute(params string[] peers)
    {
        var missing = peers.Select(Missing).Where(reason => reason is not null).ToList();
        if (missing.Count > 0)
        {
            Skip = "Needs " + string.Join(", ", missing) + ".";
        }
    }

    private static string? Missing(string peer) => peer switch
    {
        "root" => Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows() ? null : "root",
        "fuse" => File.Exists("/dev/fuse") ? null : "/dev/fuse",
        "peers" => File.Exists(SourceTree.Artifact("peers", "reference")) ? null
            : !Directory.Exists(GoProgram.ReferenceLibrary) ? "the package golang-github-containerd-stargz-snapshotter-dev"
            : Missing("go"),
        _ => InPath(peer) ? null : peer + " in PATH",
    };

    private static bool InPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
