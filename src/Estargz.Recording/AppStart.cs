using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Estargz.Profiles;

namespace Estargz.Recording;

/// <summary>How an app is started: a request with everything found that it names.</summary>
/// <param name="Request">The request.</param>
/// <param name="Program">The real path of the program.</param>
/// <param name="AppFolder">The real path of the app's folder.</param>
internal sealed record AppStart(RecordingRequest Request, string Program, string AppFolder)
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The port of 127.0.0.1 that the app shall listen on; null: its own choice.</summary>
    public int? Port { get; } = Request.ChoosePort ? FindFreePort() : null;

    /// <summary>The arguments; an app's <c>.dll</c> as an absolute path, because the app runs in its folder.</summary>
    public IReadOnlyList<string> Arguments => Request.Root is null ? HostCommand.WithFullPaths(Request.Arguments, Request.EntryIndex) : Request.Arguments;

    /// <summary>Where the app leaves what a killed runtime does not remove; null: in a file system that is removed as a whole.</summary>
    public string? TemporaryFolder => Request.Root is not null ? null : Variable("TMPDIR") is { Length: > 0 } folder ? folder : "/tmp";

    /// <summary>The folder that nobody else reads while the app runs: the image's root, or else the app's folder.</summary>
    public string OwnFolder => Request.Root?.Folder ?? AppFolder;

    /// <summary>The .NET installations that may run it.</summary>
    public IReadOnlyList<string> DotnetRoots { get; } = Request.Root is not { } root
        ? DotnetRoot.Candidates(Program, name => Variable(Request, name))
        : TokenFolders.Of(root.Tree, Request.WorkingDirectory ?? "/").Dotnet is { } dotnet ? [Path.Join(root.Folder, dotnet)] : [];

    /// <summary>The name of the entry assembly, or of the program. A dot does not make an extension: only an assembly has one.</summary>
    public string Name =>
        Request.EntryAssembly is { } assembly ? Path.GetFileNameWithoutExtension(assembly) : Path.GetFileName(Program);

    /// <summary>
    /// The folder with the runtime's settings for the app, its own or the one that it works in; null: it has none, because it
    /// is a script or needs no .NET beside it.
    /// </summary>
    public string? SettingsFolder =>
        new[] { Path.GetDirectoryName(Entry), AppFolder }.FirstOrDefault(folder => File.Exists(Path.Join(folder, Name + ".runtimeconfig.json")));

    /// <summary>Finds the program and its folder.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.RecordingFailed"/>.</exception>
    public static AppStart Find(RecordingRequest request)
    {
        if (request.Root is { } root)
        {
            var workingDirectory = request.WorkingDirectory ?? "/";
            var path = request.Environment.GetValueOrDefault("PATH") ?? DefaultPath;
            return new AppStart(
                request,
                root.FindProgram(request.FileName, path, workingDirectory) ?? throw new EstargzException(
                    DiagnosticCode.RecordingFailed, $"The app '{request.FileName}' cannot be recorded: its image has no such program. Give one that it has after --."),
                root.CreateFolder(workingDirectory) ?? throw new EstargzException(
                    DiagnosticCode.RecordingFailed, $"The app '{request.FileName}' cannot be recorded: its working directory '{workingDirectory}' is no folder in its image. Publish the image with another one."));
        }

        var program = Executable.Find(request.FileName) ?? throw new EstargzException(
            DiagnosticCode.RecordingFailed, $"The app '{request.FileName}' cannot be recorded: there is no such program. Give the path of a published app, or 'dotnet' with the path of its .dll.");
        var folder = request.AppFolder ?? Path.GetDirectoryName(Path.GetFullPath(request.EntryAssembly ?? program))!;
        return new AppStart(request, program, RealPath.Of(folder) is { } real && Directory.Exists(real) ? real : throw new EstargzException(
            DiagnosticCode.RecordingFailed, $"The app '{request.FileName}' cannot be recorded: its folder '{folder}' is not there. Give the folder that it was published to."));
    }

    /// <summary>A variable of the app's environment.</summary>
    public string? Variable(string name) => Variable(Request, name);

    /// <summary>A path of this machine as the app sees it.</summary>
    public string Seen(string path) => Request.Root?.Seen(path) ?? path;

    /// <summary>The command line that runs it: known once the start is prepared.</summary>
    public ImmutableArray<string> Command { get; private init; } = [];

    /// <summary>This start with its command line; that of an image with the way into it, and with what every container has in its environment.</summary>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.RecorderUnavailable"/> or <see cref="DiagnosticCode.RecordingFailed"/>: its image cannot run here.
    /// </exception>
    public AppStart Prepare()
    {
        if (Request.Root is not { } root)
        {
            // By the name that it was found by: what a program does may depend on that.
            return this with { Command = [Path.GetFullPath(Executable.Locate(Request.FileName) ?? Program), .. Arguments] };
        }

        var user = ImageUser.Find(Request.User, root);
        var environment = ImmutableDictionary<string, string?>.Empty.Add("PATH", DefaultPath).Add("HOME", user.Home).SetItems(Request.Environment);
        return this with
        {
            Request = Request with { Environment = environment },
            Command = [.. Isolation.Find(root, user).Command(root.Folder, Request.WorkingDirectory ?? "/", user, [Request.FileName, .. Arguments])],
        };
    }

    /// <summary>The real path of what has the app's name.</summary>
    private string Entry =>
        Request.EntryAssembly is not { } assembly ? Program
        : (Request.Root is { } root ? root.Find(Path.Combine(Request.WorkingDirectory ?? "/", assembly)) : RealPath.Of(assembly)) ?? Path.Join(AppFolder, assembly);

    private static string? Variable(RecordingRequest request, string name) =>
        request.Environment.TryGetValue(name, out var value) ? value : request.Root is null ? Environment.GetEnvironmentVariable(name) : null;

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
