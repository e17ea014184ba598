namespace Estargz.Registries;

/// <summary>Cancels a request that moves no byte for too long, however long the whole of it takes.</summary>
internal sealed class IdleWatch : IDisposable
{
    // Ten looks per timeout: one timer for a whole transfer, and no work per byte.
    private const int Looks = 10;

    private readonly CancellationTokenSource _source;
    private readonly ITimer _timer;
    private readonly int _commitLooks;
    private int _quiet;

    public IdleWatch(RegistryOptions options, CancellationToken ct)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var period = options.IdleTimeout / Looks;
        _commitLooks = (int)Math.Max(Looks, options.CommitTimeout / period);
        _timer = options.Time.CreateTimer(_ => Look(), null, period, period);
    }

    /// <summary>Canceled when the caller cancels, or when nothing moved.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether all bytes of a blob are sent, and the registry may keep them without a word.</summary>
    public bool IsCommitting { get; private set; }

    /// <summary>Something moved.</summary>
    public void Moved() => Volatile.Write(ref _quiet, 0);

    /// <summary>All bytes of a blob are sent. What the registry does with them takes as long as it takes.</summary>
    public void AwaitCommit()
    {
        IsCommitting = true;
        Volatile.Write(ref _quiet, Looks - _commitLooks);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }

    private void Look()
    {
        if (Interlocked.Increment(ref _quiet) != Looks)
        {
            return;
        }

        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The request ended while the timer fired.
        }
    }
}
