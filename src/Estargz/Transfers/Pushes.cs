using Estargz.Images;

namespace Estargz.Transfers;

/// <summary>
/// Layers that are built, all at once, and go to where the image goes, each as soon as it is complete. The first failure
/// stops the others; nothing is left running when this is disposed.
/// </summary>
/// <param name="inOrder">Whether each waits for the one before.</param>
internal sealed class Pushes(bool inOrder) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task<PreparedLayer>> _layers = [];
    private readonly List<Task> _running = [];

    /// <summary>Is canceled by <see cref="Stop"/>, and when a push has failed.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Stops all.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Starts to build a layer, and pushes it then.</summary>
    public void Add(Func<CancellationToken, Task<PreparedLayer>> prepare)
    {
        var layer = Task.Run(() => prepare(Token), CancellationToken.None);
        _layers.Add(layer);
        Push(layer);
    }

    /// <summary>Waits until all layers are built, not until they are pushed.</summary>
    /// <returns>The layers in the order in which they were added: the lowest first.</returns>
    public Task<PreparedLayer[]> PreparedAsync() => Task.WhenAll(_layers);

    /// <summary>Starts to push a configuration.</summary>
    public void Add(Content config, IDestination destination) =>
        Run(() => destination.PushBlobAsync(config.Descriptor, config.OpenRead, null, Token));

    /// <summary>Starts to push all layers once more: those that are there are not sent.</summary>
    public void Repeat()
    {
        foreach (var layer in _layers)
        {
            Push(layer);
        }
    }

    /// <summary>Waits for all. A failure wins over what was stopped because of it.</summary>
    public Task WhenAllAsync() => Task.WhenAll(_running);

    /// <summary>Stops what still runs and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private void Push(Task<PreparedLayer> layer) =>
        Run(async () => await (await layer.ConfigureAwait(false)).PushAsync(Token).ConfigureAwait(false));

    private void Run(Func<Task> push)
    {
        var before = inOrder && _running.Count > 0 ? _running[^1] : Task.CompletedTask;
        _running.Add(RunAsync(before, push));
    }

    private Task RunAsync(Task before, Func<Task> push) => Task.Run(
        async () =>
        {
            try
            {
                await before.ConfigureAwait(false);
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
