using System.Collections.Immutable;
using System.Diagnostics;

namespace Estargz.Recording;

/// <summary>
/// A way to run a program with an image's root, its own /proc and this machine's /dev, without a container runtime:
/// namespaces that unshare(1) or bwrap(1) make, and chroot(2) in them. What is mounted there, nobody else sees, and it is
/// gone with the last process.
/// </summary>
/// <param name="Name">What it is called in messages.</param>
/// <param name="Enter">The program that makes the namespaces, with arguments.</param>
/// <param name="MapsUsers">Whether this user is the only one inside, so that the app's user needs another namespace.</param>
internal sealed record Isolation(string Name, ImmutableArray<string> Enter, bool MapsUsers)
{
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(10);

    /// <summary>capabilities(7); the last is for the way in.</summary>
    private const string Capabilities = "-all,+audit_write,+chown,+dac_override,+fowner,+fsetid,+kill,+net_bind_service,+setfcap,+setgid,+setpcap,+setuid,+sys_chroot";

    private const string Mount = "mount=$1 root=$2; shift 2; \"$mount\" -t proc proc \"$root/proc\" && \"$mount\" --rbind /dev \"$root/dev\" && exec \"$@\"";

    /// <summary>In a container that hides parts of its /proc the kernel allows no other one (mount_namespaces(7)).</summary>
    private const string MountShared = "mount=$1 root=$2; shift 2; \"$mount\" --rbind /proc \"$root/proc\" && \"$mount\" --rbind /dev \"$root/dev\" && exec \"$@\"";

    /// <summary>The first way that works on this machine for this user: each is tried, up to the moment before the app.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.RecorderUnavailable"/>.</exception>
    public static Isolation Find(RootFilesystem root, ImageUser user)
    {
        var failures = new List<string>();
        foreach (var way in Candidates(root.Folder))
        {
            if (way.Fails(user) is not { } failure)
            {
                return way;
            }

            failures.Add($"{way.Name}: {failure}");
        }

        throw new EstargzException(
            DiagnosticCode.RecorderUnavailable,
            $"The image cannot be run here ({(failures.Count == 0 ? "there is no unshare on PATH" : string.Join("; ", failures))}). "
            + "Install util-linux, and run this as root, or allow user namespaces (user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns), or install bubblewrap.");
    }

    /// <summary>The command that runs an app.</summary>
    /// <param name="root">Its root.</param>
    /// <param name="workingDirectory">Its working directory, as it sees it.</param>
    /// <param name="user">Who it is.</param>
    /// <param name="command">The program, as the image names it, and its arguments.</param>
    public string[] Command(string root, string workingDirectory, ImageUser user, IEnumerable<string> command) =>
        [.. Enter, .. Limit(), Executable.Locate("unshare")!, "--root=" + root, "--wd=" + workingDirectory, .. Become(user), "--", .. command];

    /// <summary>Root in a namespace of users has no rights outside of it. Real root keeps those only that runtimes leave it.</summary>
    private string[] Limit() => !MapsUsers && Executable.Locate("setpriv") is { } setpriv ? [setpriv, "--bounding-set=" + Capabilities, "--inh-caps=-all", "--"] : [];

    private string[] Become(ImageUser user) =>
        user.IsRoot ? []
        : MapsUsers ? ["--user", $"--map-user={user.Uid}", $"--map-group={user.Gid}"]
        : [$"--setgid={user.Gid}", $"--setuid={user.Uid}"];

    /// <summary>All ways, the best first; none where there is no unshare.</summary>
    /// <param name="root">The root of the app.</param>
    internal static IEnumerable<Isolation> Candidates(string root)
    {
        if (Executable.Locate("unshare") is not { } unshare || Executable.Locate("sh") is not { } sh || Executable.Locate("mount") is not { } mount)
        {
            yield break;
        }

        string[] ownProcesses = ["--pid", "--fork", "--kill-child"], ownUser = ["--user", "--map-root-user"];
        foreach (bool mapsUsers in (bool[])(Environment.IsPrivilegedProcess ? [false, true] : [true]))
        {
            string[] user = mapsUsers ? ownUser : [];
            yield return new Isolation(mapsUsers ? "unshare --user --pid" : "unshare --pid", [unshare, "--mount", .. user, .. ownProcesses, "--", sh, "-c", Mount, sh, mount, root], mapsUsers);
            yield return new Isolation(mapsUsers ? "unshare --user" : "unshare", [unshare, "--mount", .. user, "--", sh, "-c", MountShared, sh, mount, root], mapsUsers);
        }

        if (Executable.Locate("bwrap") is { } bwrap)
        {
            yield return new Isolation(
                "bwrap",
                [bwrap, "--bind", "/", "/", "--dev-bind", "/dev", root + "/dev", "--proc", root + "/proc", "--unshare-user", "--unshare-pid", "--uid", "0", "--gid", "0", "--cap-add", "ALL", "--"],
                MapsUsers: true);
        }
    }

    /// <summary>Runs nothing, as that user, in all the namespaces, with this machine's root.</summary>
    /// <returns>Why that fails, or null.</returns>
    internal string? Fails(ImageUser user)
    {
        var command = Command("/", "/", user, [Executable.Locate("true") ?? "/bin/true"]);
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true, WorkingDirectory = "/" })!;
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(ProbeTime))
        {
            process.Kill(entireProcessTree: true);
            return "it does not end";
        }

        return process.ExitCode == 0 ? null : error.GetAwaiter().GetResult().Trim().Split('\n')[^1] is { Length: > 0 } line ? line : $"exit code {process.ExitCode}";
    }
}
