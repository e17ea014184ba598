using System.Diagnostics;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>
/// A containerd with a stargz snapshotter, both of its own and cold: nothing is cached when it starts, and nothing is
/// left when it is disposed of. Both have the settings of <c>samples/runtime</c>, that of Kubernetes apart. Needs root, <c>/dev/fuse</c>, <c>containerd</c>, <c>runc</c> and <c>ctr-remote</c>.
/// </summary>
public sealed class Containerd : IAsyncDisposable
{
    private const string Container = "app";
    private const string SampleSocket = "/run/containerd-stargz-grpc/containerd-stargz-grpc.sock";

    private readonly TemporaryFolder _folder;
    private readonly Daemon _snapshotter;
    private readonly Daemon _containerd;

    private Containerd(TemporaryFolder folder, Daemon snapshotter, Daemon containerd) =>
        (_folder, _snapshotter, _containerd) = (folder, snapshotter, containerd);

    /// <summary>Layers that are mounted through FUSE at the moment.</summary>
    public int FuseMounts => _folder.Mounts.Count(mount => mount.Type.StartsWith("fuse", StringComparison.Ordinal));

    /// <summary>The file system of the container that runs.</summary>
    public string Root => _folder[$"state/io.containerd.runtime.v2.task/default/{Container}/rootfs"];

    /// <summary>What the snapshotter wrote.</summary>
    public string SnapshotterLog => _snapshotter.Log;

    /// <summary>Starts both.</summary>
    /// <param name="backgroundFetch">Whether the snapshotter fetches the rest of the layers when it has nothing else to do.</param>
    public static async Task<Containerd> StartAsync(bool backgroundFetch = true)
    {
        var folder = new TemporaryFolder();
        Daemon? snapshotter = null;
        try
        {
            snapshotter = await Daemon.StartAsync(
                GoProgram.Path("snapshotter"),
                ["-socket", folder["s"], "-root", folder["stargz"], "-config", Sample("containerd-stargz-grpc.toml"), $"-background-fetch={(backgroundFetch ? "true" : "false")}"],
                _ => Task.FromResult(File.Exists(folder["s"])));
            await File.WriteAllTextAsync(folder["containerd.toml"], Configuration(folder));
            var containerd = await Daemon.StartAsync(
                "containerd",
                ["--config", folder["containerd.toml"]],
                async _ => File.Exists(folder["c"]) && (await Command.RunAsync("ctr", ["--address", folder["c"], "--connect-timeout", "1s", "version"])).ExitCode == 0);
            return new Containerd(folder, snapshotter, containerd);
        }
        catch
        {
            await (snapshotter?.DisposeAsync() ?? ValueTask.CompletedTask);
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Pulls an image through a link, starts it, and waits for its first answer.</summary>
    /// <param name="link">What the image is pulled through and measured with; its counters are reset.</param>
    /// <param name="image">Its reference in the registry behind the link.</param>
    /// <param name="lazily">Through the stargz snapshotter; else everything is downloaded first, for overlayfs.</param>
    /// <param name="path">What to ask the app for.</param>
    public async Task<ContainerStart> MeasureAsync(Link link, string image, bool lazily, string path = "/")
    {
        var reference = link.Host + image[image.IndexOf('/', StringComparison.Ordinal)..];
        await link.ResetAsync();
        var clock = Stopwatch.StartNew();
        await PullAsync(reference, lazily);
        var pulled = clock.Elapsed;
        var answer = await AskAsync(reference, lazily, path);
        var ready = clock.Elapsed;
        return new ContainerStart(answer, pulled, ready, await link.TotalsAsync(), FuseMounts);
    }

    /// <summary>Pulls an image over plain HTTP.</summary>
    public async Task PullAsync(string reference, bool lazily) =>
        (await RunAsync(lazily
            ? ["images", "rpull", "--plain-http", reference]
            : ["images", "pull", "--plain-http", "--snapshotter", "overlayfs", reference])).Succeeded();

    /// <summary>Converts an image to eStargz as the reference does it, and pushes the result.</summary>
    public async Task ConvertAsync(string source, string target, params string[] options)
    {
        await PullAsync(source, lazily: false);
        (await RunAsync(["images", "convert", "--estargz", "--oci", .. options, source, target])).Succeeded();
        await PushAsync(target);
    }

    /// <summary>
    /// Makes an image start sooner as the reference tool does it: runs it, records which files it reads until it has
    /// answered, puts those first, and pushes the result.
    /// </summary>
    /// <param name="source">The image.</param>
    /// <param name="target">Where the result goes.</param>
    /// <param name="path">What to ask the app for while it is recorded.</param>
    public async Task OptimizeAsync(string source, string target, string path = "/")
    {
        await PullAsync(source, lazily: false);
        int port = FreePort.Next();
        var optimized = RunAsync(["images", "optimize", "--oci", "--period", "10", "--net-host", "--env", $"ASPNETCORE_HTTP_PORTS={port}", source, target]);
        await HttpAnswer.FirstAsync($"http://127.0.0.1:{port}{path}", TimeSpan.FromSeconds(60));
        (await optimized).Succeeded();
        await PushAsync(target);
    }

    /// <summary>Starts a pulled web app in place of the one before, and returns its first answer.</summary>
    public async Task<string> AskAsync(string reference, bool lazily, string path = "/")
    {
        await RemoveContainerAsync();
        int port = FreePort.Next();
        (await RunAsync(["run", "--detach", "--snapshotter", lazily ? "stargz" : "overlayfs", "--net-host", "--log-uri", "file://" + _folder["app.log"],
            "--env", $"ASPNETCORE_HTTP_PORTS={port}", reference, Container])).Succeeded();
        try
        {
            return await HttpAnswer.FirstAsync($"http://127.0.0.1:{port}{path}", TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{await File.ReadAllTextAsync(_folder["app.log"])}\n{_snapshotter.Log}", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await RemoveContainerAsync();
        await _containerd.DisposeAsync();
        await _snapshotter.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Pushes an image; containerd 1.6 now and then ends the reading of its own content with "unexpected EOF".</summary>
    private async Task PushAsync(string image)
    {
        string[] push = ["images", "push", "--plain-http", image];
        var first = await RunAsync(push);
        (first.Error.Contains("unexpected EOF", StringComparison.Ordinal) ? await RunAsync(push) : first).Succeeded();
    }

    private async Task RemoveContainerAsync()
    {
        await RunAsync(["tasks", "kill", "--signal", "KILL", Container]);
        await RunAsync(["tasks", "rm", "--force", Container]);
        await RunAsync(["containers", "rm", Container]);
    }

    private Task<Command> RunAsync(IEnumerable<string> arguments) => Command.RunAsync("ctr-remote", ["--address", _folder["c"], .. arguments]);

    private static string Sample(string name) => SourceTree.File("samples", "runtime", name);

    /// <summary>The sample that users copy, with sockets and folders of this test alone.</summary>
    private static string Configuration(TemporaryFolder folder)
    {
        var sample = File.ReadAllText(Sample("containerd-config.toml"));
        Assert.Contains(SampleSocket, sample, StringComparison.Ordinal);
        return $"""
            root = "{folder["root"]}"
            state = "{folder["state"]}"
            disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
            {sample.Replace(SampleSocket, folder["s"], StringComparison.Ordinal)}
            [grpc]
            address = "{folder["c"]}"
            [ttrpc]
            address = "{folder["t"]}"
            """;
    }
}
