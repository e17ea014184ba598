using System.Net.Sockets;

namespace Estargz.Recording;

/// <summary>
/// A port that .NET runtimes connect to when they start, and then wait to be resumed (DOTNET_DiagnosticPorts,
/// suspend): so the events begin before the first assembly is loaded. Every runtime is resumed, also that of a child
/// process. An app that never connects, because it is native or has diagnostics off, is not waited for.
/// </summary>
internal sealed class DiagnosticPort : IAsyncDisposable
{
    private const UnixFileMode EveryoneMayWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly string _path;
    private readonly AccessLog _log;
    private readonly Func<Task> _beforeResume;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<Guid, TracedRuntime> _runtimes = [];
    private readonly Task _accepting;

    /// <summary>Begins to listen.</summary>
    /// <param name="path">The socket to make, in a folder that only this user may enter; inside, whoever the app is.</param>
    /// <param name="log">Gets the loaded assemblies.</param>
    /// <param name="beforeResume">Is done while a runtime waits at its start.</param>
    public DiagnosticPort(string path, AccessLog log, Func<Task> beforeResume)
    {
        (_log, _beforeResume) = (log, beforeResume);
        _path = path;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, EveryoneMayWrite);
        }

        _socket.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>Whether any runtime sent events.</summary>
    public bool IsTraced
    {
        get
        {
            lock (_runtimes)
            {
                return _runtimes.Values.Any(r => r.IsTraced);
            }
        }
    }

    /// <summary>Collects what the runtimes have buffered, and ends their events.</summary>
    public async Task StopAsync()
    {
        TracedRuntime[] runtimes;
        lock (_runtimes)
        {
            runtimes = [.. _runtimes.Values];
        }

        await Task.WhenAll(runtimes.Select(r => r.StopAsync())).ConfigureAwait(false);
    }

    /// <summary>Closes the port.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        await StopAsync().ConfigureAwait(false);
        _socket.Dispose();
        File.Delete(_path);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var greetings = new List<Task>();
        try
        {
            while (true)
            {
                var connection = await _socket.AcceptAsync(_end.Token).ConfigureAwait(false);
                greetings.RemoveAll(g => g.IsCompleted);
                greetings.Add(GreetAsync(new NetworkStream(connection, ownsSocket: true)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(greetings).ConfigureAwait(false);
        }
    }

    /// <summary>A runtime says who it is: ADVR_V1 and a zero (8 bytes), its cookie (16), process (8), reserved (2).</summary>
    private async Task GreetAsync(NetworkStream connection)
    {
        try
        {
            var greeting = new byte[34];
            await connection.ReadExactlyAsync(greeting, _end.Token).ConfigureAwait(false);
            if (!greeting.AsSpan().StartsWith("ADVR_V1\0"u8))
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                return;
            }

            await Runtime(new Guid(greeting.AsSpan(8, 16))).ContinueAsync(connection, _end.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It ended, or the recording did, between two steps.
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private TracedRuntime Runtime(Guid cookie)
    {
        lock (_runtimes)
        {
            return _runtimes.TryGetValue(cookie, out var runtime) ? runtime : _runtimes[cookie] = new TracedRuntime(_log, _beforeResume);
        }
    }
}
