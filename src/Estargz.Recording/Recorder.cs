using System.Diagnostics;
using System.Globalization;

namespace Estargz.Recording;

/// <summary>
/// Starts an app, on this machine or in its unpacked image, notes which files it reads until it is ready, and stops it.
/// Needs Linux; neither root nor a container runtime. Leaves no process, no temporary file and no diagnostic socket behind.
/// </summary>
public static class Recorder
{
    /// <summary>Records one start of an app.</summary>
    /// <param name="request">What to start.</param>
    /// <param name="cancellationToken">Kills the app at once.</param>
    /// <returns>The files in the order of their first access. A reached time limit is one of the warnings.</returns>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.RecordingFailed"/>: it cannot be started, ended before it was ready, or something else answers
    /// in its place;
    /// <see cref="DiagnosticCode.RecorderUnavailable"/>: not on this system; <see cref="DiagnosticCode.CacheUnusable"/>.
    /// </exception>
    public static async Task<Recording> RecordAsync(RecordingRequest request, CancellationToken cancellationToken = default)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new EstargzException(DiagnosticCode.RecorderUnavailable, "An app can only be recorded on Linux. Record it there, in a container for example, and keep the profile beside the project.");
        }

        await request.Readiness.CheckAsync(cancellationToken).ConfigureAwait(false);

        // What this reads of an image is not what the app reads.
        var start = AppStart.Find(request).Prepare();
        var strace = request.UseStrace ? StraceLog.FindProgram() : null;
        using var scratch = new ScratchFolder();
        var (port, straceLog) = (request.Root is null ? scratch["port"] : Path.Join(request.Root.Folder, ".port-" + scratch.Id), strace is null ? null : scratch["strace"]);
        var (log, output, tree) = (new AccessLog(request.Root?.Folder ?? ""), new AppOutput(request.OutputWritten), new ProcessTree(start.Seen(port), strace));
        var ready = request.Readiness.Begin(output, tree, start.Port);

        using var observer = new FileObserver(log, tree, start);
        await using var runtimes = new DiagnosticPort(port, log, observer.LookAsync);
        await observer.LookAsync().ConfigureAwait(false);
        var recordable = request.Root is null ? new RecordableFiles(start.AppFolder, scratch.Now(), strace) : null;
        log.Add(start.Program, DateTime.UtcNow);
        var time = Stopwatch.StartNew();
        await using var app = AppProcess.Start(start, start.Seen(port), straceLog, tree, output);
        var warning = await WaitAsync(app, ready, request, cancellationToken).ConfigureAwait(false);
        time.Stop();
        observer.Stop();
        var end = DateTime.UtcNow;
        await runtimes.StopAsync().ConfigureAwait(false);
        if (straceLog is not null && File.Exists(straceLog))
        {
            StraceLog.Read(straceLog, log);
        }

        var read = log.Until(end);
        string[] dotnetRoots = [.. start.DotnetRoots, .. recordable is null ? [] : read.Select(DotnetRoot.Of).OfType<string>().Except(start.DotnetRoots)];
        var files = read.Select(path => recordable is null ? request.Root!.FindRecorded(path) : recordable.Find(path, dotnetRoots)).OfType<string>().Distinct(StringComparer.Ordinal)
            .Select(path => new RecordedFile(start.Seen(path), observer.Pages.GetValueOrDefault(path))).ToArray();
        await app.TerminateAsync().ConfigureAwait(false);

        var dotnetRoot = dotnetRoots.Select(start.Seen).FirstOrDefault(root => files.Any(f => RealPath.IsBelow(f.Path, Path.Combine(root, "shared"))));
        string?[] sources = [runtimes.IsTraced ? "eventpipe" : null, "inotify", "maps", files.Any(f => f.Pages is not null) ? "pagemap" : null, straceLog is null ? null : "strace"];
        string?[] warnings =
        [
            warning,
            observer.IsIncomplete ? "Not every folder could be watched for opened files; raise fs.inotify.max_user_watches and max_queued_events." : null,
            recordable is not null && dotnetRoot is null && read.Any(path => DotnetRoot.IsRuntime(path) && !RealPath.IsBelow(path, start.AppFolder))
                ? "The .NET that runs the app is in no place that is known, so its files are not in the profile. Set DOTNET_ROOT to its folder." : null,
            request.UseStrace && strace is null ? "strace is not on PATH; the recording is without it." : null,
        ];
        return new Recording([.. files])
        {
            AppFolder = start.Seen(start.AppFolder),
            RuntimePackFiles = RuntimePackFiles.Read(start.AppFolder),
            DotnetRoot = dotnetRoot,
            Command = [.. new[] { request.FileName, request.EntryAssembly }.OfType<string>().Select(path => Path.GetFileName(path))],
            ReadySeconds = warning is null ? time.Elapsed.TotalSeconds : null,
            Sources = [.. sources.OfType<string>()],
            Warnings = [.. warnings.OfType<string>()],
        };
    }

    /// <summary>Waits until the app is ready.</summary>
    /// <returns>What there is to say about that, or null.</returns>
    private static async Task<string?> WaitAsync(AppProcess app, Func<CancellationToken, Task> ready, RecordingRequest request, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var limit = Task.Delay(request.TimeLimit, stop.Token);
        var waiting = ready(stop.Token);
        var first = await Task.WhenAny(waiting, app.Ended, limit).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (first == limit)
        {
            var seconds = request.TimeLimit.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
            return $"After {seconds} s there was not yet {request.Readiness.Describe()}; the recording is what was read until then.{(request.Readiness.Advice() is { } advice ? " " + advice : "")}";
        }

        if (first == waiting)
        {
            await waiting.ConfigureAwait(false);
            return null;
        }

        int exitCode = await app.Ended.ConfigureAwait(false);
        var ended = ExitStatus.Describe(exitCode);
        return request.Readiness.IsExitReady && !ExitStatus.IsSignal(exitCode)
            ? exitCode == 0 ? null : $"The app {ended}."
            : throw new EstargzException(
                DiagnosticCode.RecordingFailed,
                $"The app '{request.FileName}' {ended}{(request.Readiness.IsExitReady ? "" : " before " + request.Readiness.Describe())}. Its output says why; start it by itself first.");
    }
}
