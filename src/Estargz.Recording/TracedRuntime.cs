namespace Estargz.Recording;

/// <summary>
/// A .NET runtime that has connected to the diagnostic port. Each connection carries one command, then the runtime
/// connects anew: the first starts the events, the second resumes the runtime, the next is kept to end the events.
/// </summary>
/// <param name="log">Gets the loaded assemblies.</param>
/// <param name="beforeResume">Is done while the runtime waits.</param>
internal sealed class TracedRuntime(AccessLog log, Func<Task> beforeResume)
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(2);

    private Stream? _events;
    private Stream? _idle;
    private byte[]? _session;
    private Task _reading = Task.CompletedTask;
    private bool _resumed;

    /// <summary>Whether the runtime sends events.</summary>
    public bool IsTraced => _session is not null;

    /// <summary>Gives the runtime its next command.</summary>
    /// <param name="connection">Closed by this.</param>
    /// <param name="cancellationToken">Ends the wait for the runtime.</param>
    /// <exception cref="IOException">The runtime is gone.</exception>
    public async Task ContinueAsync(Stream connection, CancellationToken cancellationToken)
    {
        if (_events is null)
        {
            _events = connection;
            if (await LoaderEvents.Request.SendAsync(connection, cancellationToken).ConfigureAwait(false) is { Length: 8 } session)
            {
                _session = session;
                _reading = LoaderEvents.ReadAsync(connection, log);
            }
        }
        else if (!_resumed)
        {
            _resumed = true;
            await using (connection.ConfigureAwait(false))
            {
                await beforeResume().WaitAsync(cancellationToken).ConfigureAwait(false);
                await IpcMessage.ResumeRuntime.SendAsync(connection, cancellationToken).ConfigureAwait(false);
            }
        }
        else
        {
            Interlocked.Exchange(ref _idle, connection)?.Dispose();
        }
    }

    /// <summary>Has the runtime send what it has buffered, and ends.</summary>
    public async Task StopAsync()
    {
        var idle = Interlocked.Exchange(ref _idle, null);
        try
        {
            if (_session is not null && idle is not null)
            {
                using var limit = new CancellationTokenSource(StopTime);
                await IpcMessage.StopTracing(_session).SendAsync(idle, limit.Token).ConfigureAwait(false);
                await _reading.WaitAsync(limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It has ended, or hangs: what it sent is all there is.
        }

        idle?.Dispose();
        _events?.Dispose();
        await _reading.ConfigureAwait(false);
    }
}
