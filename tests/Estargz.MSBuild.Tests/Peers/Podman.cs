using System.Text.RegularExpressions;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>Podman with a storage of its own, empty at first; needs root.</summary>
public sealed class Podman : IAsyncDisposable
{
    private static readonly string[] RuntimeOptions = ["--runtime", "runc", "--cgroup-manager", "cgroupfs"];

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string?> _environment;

    /// <summary>Sets up the storage.</summary>
    /// <param name="partialPull">Whether files that are already there are not fetched again from eStargz layers.</param>
    public Podman(bool partialPull = false)
    {
        _environment = new() { ["CONTAINERS_STORAGE_CONF"] = _folder["storage.conf"] };
        File.WriteAllText(_folder["storage.conf"], $$"""
            [storage]
            driver = "overlay"
            runroot = "{{_folder["run"]}}"
            graphroot = "{{_folder["root"]}}"
            [storage.options]
            pull_options = {enable_partial_images = "{{(partialPull ? "true" : "false")}}", use_hard_links = "false", ostree_repos = ""}

            """);
    }

    /// <summary>Pulls an image over plain HTTP.</summary>
    /// <returns>The number of layers that were pulled file by file.</returns>
    public async Task<int> PullAsync(string reference)
    {
        var pull = (await RunAsync(["--log-level=debug", "pull", "--tls-verify=false", reference])).Succeeded();
        return Regex.Count(pull.Error, "Retrieved partial blob");
    }

    /// <summary>Lets every podman of a process use this storage.</summary>
    public IReadOnlyDictionary<string, string?> Environment => _environment;

    /// <summary>Loads an archive.</summary>
    /// <returns>The names of its images.</returns>
    public async Task<IReadOnlyList<string>> LoadAsync(string archive) =>
        [.. (await RunAsync(["load", "--quiet", "--input", archive])).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Replace("Loaded image: ", "", StringComparison.Ordinal))];

    /// <summary>Reads an image of an OCI layout.</summary>
    /// <param name="folder">The folder that the layout's folder is in: Podman makes a name of the path that it is given, and names have no capitals.</param>
    /// <param name="layout"><c>FOLDER:TAG</c>, in small letters.</param>
    /// <returns>Its number.</returns>
    public async Task<string> PullLayoutAsync(string folder, string layout) =>
        (await Command.RunAsync("podman", ["pull", "--quiet", "oci:" + layout], _environment, folder)).Succeeded().Output.Trim();

    /// <summary>Runs a console app to its end and returns what it wrote.</summary>
    public async Task<string> RunToEndAsync(string image) =>
        (await RunAsync([.. RuntimeOptions, "run", "--rm", "--network", "host", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096", image])).Succeeded().Output;

    /// <summary>Starts a web app and returns its first answer.</summary>
    /// <param name="reference">A pulled image.</param>
    /// <param name="path">What to ask for.</param>
    /// <param name="user">Run as this user instead of the image's.</param>
    public async Task<string> AskAsync(string reference, string path = "/", string? user = null)
    {
        int port = FreePort.Next();
        (await RunAsync([.. RuntimeOptions, "run", "--detach", "--network", "host", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096",
            "--env", $"ASPNETCORE_HTTP_PORTS={port}", .. user is null ? [] : new[] { "--user", user }, reference])).Succeeded();
        return await HttpAnswer.FirstAsync($"http://127.0.0.1:{port}{path}", TimeSpan.FromSeconds(60));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await RunAsync([.. RuntimeOptions, "rm", "--all", "--force", "--time", "0"]);
        _folder.Dispose();
    }

    private Task<Command> RunAsync(IEnumerable<string> arguments) => Command.RunAsync("podman", arguments, _environment);
}
