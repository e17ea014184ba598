using System.Diagnostics;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>
/// A test that needs more than the .NET SDK. Where something is missing it is skipped, and says what.
/// </summary>
public sealed class RequiresAttribute : FactAttribute
{
    // What a fixture needs, under the name of the fixture.
    private static readonly Dictionary<string, string[]> Fixtures = new()
    {
        ["base-image"] = ["docker-registry", "skopeo", "umoci", "apt-get", "dpkg-deb"],
        ["containerd"] = ["root", "fuse", "peers", "containerd", "runc", "ctr-remote"],
        ["podman"] = ["root", "podman", "runc"],
        ["umoci"] = ["root", "umoci"],
    };

    /// <summary>States what the test needs.</summary>
    /// <param name="peers">
    /// <c>peers</c> (the Go programs of <c>tests/peers</c>: built, or what they are built with), <c>base-image</c>
    /// (<see cref="BaseImage"/> and a registry for it), <c>containerd</c>, <c>podman</c>, <c>umoci</c> (with all that they
    /// need), <c>root</c>, <c>fuse</c>, <c>user-namespaces</c> (for a user who is not root), or any other program in PATH, by name.
    /// </param>
    public RequiresAttribute(params string[] peers)
    {
        var missing = peers.SelectMany(peer => Fixtures.GetValueOrDefault(peer, [peer])).Distinct().Select(Missing).Where(reason => reason is not null).ToList();
        if (missing.Count > 0)
        {
            Skip = "Needs " + string.Join(", ", missing) + ".";
        }
    }

    private static readonly Lazy<bool> CanMount = new(() =>
    {
        string[] nobody = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "unshare"] : ["unshare"];
        using var process = Process.Start(new ProcessStartInfo(nobody[0], [.. nobody[1..], "--user", "--map-root-user", "--mount", "true"]) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    });

    private static string? Missing(string peer) => peer switch
    {
        "root" => Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows() ? null : "root",
        "user-namespaces" => CanMount.Value ? null : "user namespaces for a user who is not root",
        "fuse" => File.Exists("/dev/fuse") ? null : "/dev/fuse",
        "peers" => File.Exists(SourceTree.Artifact("peers", "reference")) ? null
            : !Directory.Exists(GoProgram.ReferenceLibrary) ? "the package golang-github-containerd-stargz-snapshotter-dev"
            : Missing("go"),
        _ => InPath(peer) ? null : peer + " in PATH",
    };

    /// <summary>Whether a program is in PATH.</summary>
    public static bool InPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
