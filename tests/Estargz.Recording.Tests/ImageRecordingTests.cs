using System.Collections.Concurrent;
using System.Formats.Tar;
using System.Text.RegularExpressions;
using Estargz.Profiles;

namespace Estargz.Recording.Tests;

/// <summary>Recording in small images: a shell of this machine, and what it needs.</summary>
[Collection("apps")]
public sealed class ImageRecordingTests : IDisposable
{
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly HashSet<string> _before = [.. Marked()];

    [IsolationFact]
    public async Task The_app_sees_the_image_and_nothing_else()
    {
        using var root = await ShellAsync("id", "env", "ls");

        await Recorder.RecordAsync(Request(root, "id -u; id -g; env; ls /; pwd; read c < /proc/self/comm; echo $c; echo > /dev/null && echo dev") with { User = "1654:7" });

        string[] lines = [.. _lines], names = ["HOME", "NAME", "PATH", "PWD"];
        Assert.Equal(["1654", "7"], lines[..2]);
        var variables = lines.Select(line => line.Split('=')).Where(parts => parts.Length == 2).ToDictionary(parts => parts[0], parts => parts[1]);
        Assert.Equal("/ | of the image | /bin | /work", string.Join(" | ", names.Select(name => variables[name])));
        Assert.Empty(variables.Keys.Except([.. names, "DOTNET_DiagnosticPorts", "OLDPWD", "SHLVL", "_"]));
        Assert.Contains("data", lines);
        Assert.DoesNotContain("home", lines);
        Assert.Equal(["/work", "sh", "dev"], lines[^3..]);
    }

    [IsolationFact(Root = true)]
    public async Task Root_of_an_image_is_not_root_of_the_machine()
    {
        using var root = await ShellAsync("grep");

        await Recorder.RecordAsync(Request(root, "grep Cap /proc/self/status"));

        // CAP_SYS_MODULE, CAP_SYS_RAWIO, CAP_SYS_PTRACE, CAP_SYS_ADMIN, CAP_SYS_BOOT, CAP_SYS_TIME and CAP_MKNOD: of this machine, or none.
        const ulong Machine = 1UL << 16 | 1UL << 17 | 1UL << 19 | 1UL << 21 | 1UL << 22 | 1UL << 25 | 1UL << 27;
        var rights = _lines.Select(line => line.Split(':', StringSplitOptions.TrimEntries)).ToDictionary(parts => parts[0], parts => Convert.ToUInt64(parts[1], 16));
        Assert.Equal(0UL, (rights["CapEff"] | rights["CapPrm"] | rights["CapBnd"]) & Machine);
    }

    [IsolationFact]
    public async Task Files_of_the_image_are_recorded_by_their_real_paths_in_order()
    {
        using var root = await ShellAsync();

        var recording = await Recorder.RecordAsync(Request(root, "read a < /link/second; read b < local; read c < /data/first; echo new > /tmp/new; read d < /tmp/new; read e < /etc/hosts"));

        var files = recording.Files.Select(f => f.Path).ToList();
        Assert.Equal("/bin/sh", files[0]);
        Assert.Contains(files, file => file.Contains("/ld-", StringComparison.Ordinal));
        Assert.Contains(files, file => Path.GetFileName(file).StartsWith("libc.", StringComparison.Ordinal));
        Assert.Equal(["/data/second", "/work/local", "/data/first"], files[^3..]);
        Assert.Equal(("/work", null), (recording.AppFolder, recording.DotnetRoot));
        Assert.Equal(["data/second", "$(app)/local", "data/first"], recording.ToProfile().Paths[^3..].AsEnumerable());
        Assert.Empty(recording.Warnings);
    }

    [IsolationFact]
    public async Task Daemons_end_with_the_app()
    {
        using var root = await ShellAsync("setsid", "sleep", "env");

        await Recorder.RecordAsync(Request(root, "(setsid env -i /bin/sleep 61.8033 &) ; sleep 61.8033 & echo ready; wait") with { Readiness = Readiness.Output(new Regex("ready")) });

        Assert.Contains("ready", _lines);
    }

    [IsolationFact]
    public async Task A_canceled_recording_ends_the_app()
    {
        using var root = await ShellAsync("sleep");
        using var cancel = new CancellationTokenSource();
        var request = Request(root, "sleep 61.8033 & echo cancel; wait") with { OutputWritten = _ => cancel.Cancel() };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Recorder.RecordAsync(request, cancel.Token));

        Assert.Empty(Directory.EnumerateFiles(root.Folder, ".port-*"));
    }

    [IsolationFact]
    public async Task The_exit_code_is_the_apps()
    {
        using var root = await ShellAsync();

        Assert.Equal("The app ended with exit code 3.", Assert.Single((await Recorder.RecordAsync(Request(root, "exit 3"))).Warnings));
        var failure = await Assert.ThrowsAsync<EstargzException>(() => Recorder.RecordAsync(Request(root, "sh -c 'kill -9 $$'; exit $?")));
        Assert.Equal(DiagnosticCode.RecordingFailed, failure.Code);
    }

    [IsolationFact]
    public async Task A_working_directory_that_the_image_does_not_have_is_made()
    {
        using var root = await ShellAsync();

        var recording = await Recorder.RecordAsync(Request(root, "pwd; read a < /data/first") with { WorkingDirectory = "/link/made/here", User = "1654" });

        Assert.Equal(["/data/made/here"], _lines);
        Assert.Equal("/data/made/here", recording.AppFolder);
        Assert.Empty(recording.Warnings);
    }

    [IsolationTheory]
    [InlineData("nothing", "/work", "its image has no such program")]
    [InlineData("/data/gone", "/work", "its image has no such program")]
    [InlineData("sh", "/data/first", "its working directory '/data/first' is no folder")]
    public async Task What_the_image_does_not_have_is_an_error(string program, string workingDirectory, string told)
    {
        using var root = await ShellAsync();

        var failure = await Assert.ThrowsAsync<EstargzException>(() => Recorder.RecordAsync(Request(root, "") with { FileName = program, WorkingDirectory = workingDirectory }));

        Assert.Equal(DiagnosticCode.RecordingFailed, failure.Code);
        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>No process and no mount stays.</summary>
    public void Dispose()
    {
        Assert.Empty(Marked().Except(_before));
        Assert.DoesNotContain(File.ReadLines("/proc/mounts"), mount => mount.Contains("/estargz-recording-", StringComparison.Ordinal));
    }

    /// <summary>The processes that these tests start, whatever their namespaces.</summary>
    private static IEnumerable<string> Marked() => !OperatingSystem.IsLinux() ? [] :
        Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])).Where(folder =>
        {
            try
            {
                return File.ReadAllText(folder + "/cmdline").Contains("61.8033", StringComparison.Ordinal) && !File.ReadAllText(folder + "/stat").Contains(") Z ", StringComparison.Ordinal);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        });

    private static Task<RootFilesystem> ShellAsync(params string[] programs) => SampleLayer.UnpackAsync(
        new SampleLayer().AddPrograms(["sh", .. programs]),
        SampleLayer.Of("line\n", "work/local", "data/first", "data/second", "link -> data", "etc/")
            .Add(TarEntryType.Directory, "tmp/", mode: 0b001_111_111_111));

    private RecordingRequest Request(RootFilesystem root, string script) => new("sh", ["-c", script])
    {
        Root = root,
        WorkingDirectory = "/work",
        Environment = System.Collections.Immutable.ImmutableDictionary<string, string?>.Empty.Add("PATH", "/bin").Add("NAME", "of the image"),
        Readiness = Readiness.Exit,
        OutputWritten = _lines.Enqueue,
    };
}
