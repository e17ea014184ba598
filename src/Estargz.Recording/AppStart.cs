using System.Net;
using System.Net.Sockets;

namespace Estargz.Recording;

/// <summary>How an app is started: a request with everything found that it names.</summary>
/// <param name="Request">The request.</param>
/// <param name="Program">The real path of the program.</param>
/// <param name="AppFolder">The real path of the app's folder.</param>
internal sealed record AppStart(RecordingRequest Request, string Program, string AppFolder)
{
    /// <summary>The port of 127.0.0.1 that the app shall listen on; null: its own choice.</summary>
    public int? Port { get; } = Request.ChoosePort ? FindFreePort() : null;

    /// <summary>The arguments; an app's <c>.dll</c> as an absolute path, because the app runs in its folder.</summary>
    public IReadOnlyList<string> Arguments =>
        Request.EntryAssembly is { } assembly ? [Path.GetFullPath(assembly), .. Request.Arguments[1..]] : Request.Arguments;

    /// <summary>The app's temporary folder.</summary>
    public string TemporaryFolder => Variable("TMPDIR") is { Length: > 0 } folder ? folder : "/tmp";

    /// <summary>The .NET installations that may run it.</summary>
    public IReadOnlyList<string> DotnetRoots { get; } =
        DotnetRoot.Candidates(Program, Request.Environment.GetValueOrDefault("DOTNET_ROOT") ?? Environment.GetEnvironmentVariable("DOTNET_ROOT"));

    /// <summary>The name of the entry assembly, or of the program, without extension.</summary>
    public string Name => Path.GetFileNameWithoutExtension(Request.EntryAssembly ?? Program);

    /// <summary>Finds the program and its folder.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.RecordingFailed"/>.</exception>
    public static AppStart Find(RecordingRequest request)
    {
        var program = Executable.Find(request.FileName) ?? throw new EstargzException(
            DiagnosticCode.RecordingFailed, $"The app '{request.FileName}' cannot be recorded: there is no such program. Give the path of a published app, or 'dotnet' with the path of its .dll.");
        var folder = request.AppFolder ?? Path.GetDirectoryName(Path.GetFullPath(request.EntryAssembly ?? program))!;
        return new AppStart(request, program, RealPath.Of(folder) is { } real && Directory.Exists(real) ? real : throw new EstargzException(
            DiagnosticCode.RecordingFailed, $"The app '{request.FileName}' cannot be recorded: its folder '{folder}' is not there. Give the folder that it was published to."));
    }

    /// <summary>A variable of the app's environment.</summary>
    public string? Variable(string name) =>
        Request.Environment.TryGetValue(name, out var value) ? value : Environment.GetEnvironmentVariable(name);

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
