using Estargz.Images;

namespace Estargz;

/// <summary>
/// Blobs on their way to the registry while the next layer is built. The first failure stops the others; nothing is
/// left running when this is disposed.
/// </summary>
internal sealed class Pushes(CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly List<PreparedLayer> _layers = [];
    private readonly List<Task> _running = [];

    /// <summary>Is canceled with the publish, and when a push has failed.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>The layers in the order in which they were added: the lowest first.</summary>
    public IReadOnlyList<PreparedLayer> Layers => _layers;

    /// <summary>Starts to push a layer.</summary>
    public void Add(PreparedLayer layer)
    {
        _layers.Add(layer);
        _running.Add(RunAsync(() => layer.PushAsync(Token)));
    }

    /// <summary>Starts to push a configuration.</summary>
    public void Add(Content config, PublishSession session) => _running.Add(RunAsync(() => session.Target.PushBlobAsync(
        session.Request.Target.Repository, config.Descriptor, () => new MemoryStream(config.Bytes.ToArray(), writable: false), null, Token)));

    /// <summary>Waits for all. A failure wins over what was stopped because of it.</summary>
    public Task WhenAllAsync() => Task.WhenAll(_running);

    /// <summary>Stops what still runs and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running).ContinueWith(
            t => t.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
        _stop.Dispose();
    }

    private Task RunAsync(Func<Task> push) => Task.Run(
        async () =>
        {
            try
            {
                await push().ConfigureAwait(false);
            }
            catch
            {
                await _stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
        },
        CancellationToken.None);
}
