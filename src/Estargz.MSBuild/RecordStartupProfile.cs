using System.Runtime.InteropServices;
using Estargz.Images;
using Estargz.Profiles;
using Estargz.Recording;
using Microsoft.Build.Framework;

namespace Estargz.MSBuild;

/// <summary>Starts a published app and writes a profile of what it reads until it is ready.</summary>
public sealed class RecordStartupProfile : EstargzTask
{
    /// <summary>A killed app takes a few seconds at most.</summary>
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(20);

    /// <summary>What <c>dotnet publish</c> wrote, an absolute path.</summary>
    [Required]
    public string PublishDirectory { get; set; } = "";

    /// <summary>The folder to make for the time of the recording, an absolute path: the app runs in a copy of what was published.</summary>
    [Required]
    public string CopyDirectory { get; set; } = "";

    /// <summary>The name of the entry assembly.</summary>
    [Required]
    public string AssemblyName { get; set; } = "";

    /// <summary>The profile to write, an absolute path.</summary>
    [Required]
    public string Profile { get; set; } = "";

    /// <summary>The RID that the app was published for; empty for an app that runs on all.</summary>
    public string RuntimeIdentifier { get; set; } = "";

    /// <summary>The RID of this machine, without its distribution.</summary>
    [Required]
    public string MachineRuntimeIdentifier { get; set; } = "";

    /// <summary>What <c>EstargzReadyUrl</c> is.</summary>
    public string ReadyUrl { get; set; } = "";

    /// <summary>What <c>EstargzReadyLine</c> is.</summary>
    public string ReadyLine { get; set; } = "";

    /// <summary>What <c>EstargzRecordTimeout</c> is.</summary>
    public string Timeout { get; set; } = "";

    /// <summary>What <c>EstargzRecordArguments</c> is.</summary>
    public string[] Arguments { get; set; } = [];

    /// <inheritdoc/>
    protected override string CanceledMessage => "The recording was canceled, and the app ended. The start-up profile is as it was.";

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        CheckMachine();

        // MSBuild knows of Ctrl+C alone, and ends at once when a job is stopped or a terminal closed: the app ends first.
        var ended = new TaskCompletionSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);
        try
        {
            await RecordAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ended.SetResult();
        }

        void End(PosixSignalContext signal)
        {
            Cancel();
            ended.Task.Wait(EndTime, CancellationToken.None);
        }
    }

    private async Task RecordAsync(CancellationToken cancellationToken)
    {
        var kind = AppShape.Read(PublishDirectory, AssemblyName, MachineRuntimeIdentifier).Kind;
        if (!OperatingSystem.IsLinux())
        {
            await RecordAsync(CreateRequest(kind, PublishDirectory), cancellationToken).ConfigureAwait(false);
            return;
        }

        using var copy = FolderCopy.Create(PublishDirectory, CopyDirectory, cancellationToken);
        try
        {
            await RecordAsync(CreateRequest(kind, copy.Path), cancellationToken).ConfigureAwait(false);
        }
        catch (EstargzException e)
        {
            throw new EstargzException(e.Code, copy.ToSource(e.Message), e);
        }
    }

    private async Task RecordAsync(RecordingRequest app, CancellationToken cancellationToken)
    {
        var request = app with { TimeLimit = TimeLimit(), OutputWritten = line => Log.LogMessage(MessageImportance.Normal, "{0}", line) };
        var recording = await Recorder.RecordAsync(request.ReadyWhen(ReadyUrl, ReadyLine), cancellationToken).ConfigureAwait(false);
        foreach (var warning in recording.Warnings)
        {
            LogWarning(DiagnosticCode.RecordingFailed, warning);
        }

        recording.ToProfile().Save(Profile);
        Log.LogMessage(MessageImportance.High, "{0} -> {1} ({2} files)", Path.GetFileNameWithoutExtension(ProjectFile), Profile, recording.Files.Length);
    }

    /// <summary>The app as its image starts it: its own executable where it brings a runtime or needs none.</summary>
    private RecordingRequest CreateRequest(AppKind kind, string folder)
    {
        var path = Path.Combine(folder, AssemblyName);
        return kind == AppKind.FrameworkDependent
            ? new RecordingRequest(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet", [path + ".dll", .. Arguments])
            : new RecordingRequest(path, [.. Arguments]);
    }

    private void CheckMachine()
    {
        if (RuntimeIdentifier.Length > 0 && Describe(RuntimeIdentifier) is var app && Describe(MachineRuntimeIdentifier) is var machine && app != machine)
        {
            throw new EstargzException(
                DiagnosticCode.RecorderUnavailable,
                $"RuntimeIdentifier is '{RuntimeIdentifier}', and an app for that cannot run on this machine, which is '{MachineRuntimeIdentifier}'. Record it without RuntimeIdentifier, or with -r {MachineRuntimeIdentifier}: the profile is good for every Linux image of the app.");
        }

        static (Platform Platform, bool Musl) Describe(string rid) =>
            (Platform.FromRuntimeIdentifier(rid, "RuntimeIdentifier"), rid.Contains("musl", StringComparison.Ordinal) || rid.StartsWith("alpine", StringComparison.Ordinal));
    }

    private TimeSpan TimeLimit() =>
        Timeout.Length == 0 ? RecordingRequest.DefaultTimeLimit
        : RecordingRequest.ParseTimeLimit(Timeout) ?? throw new EstargzException(
            DiagnosticCode.InvalidProperty, $"EstargzRecordTimeout is '{Timeout}': it has to be a number of seconds up to 86400, a day. The default is 30.");
}
