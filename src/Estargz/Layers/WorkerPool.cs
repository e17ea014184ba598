using System.Collections.Concurrent;

namespace Estargz.Layers;

/// <summary>
/// The cores and the buffers that all layers share which are built at the same time, of all images that this process
/// builds: no core waits while there is work, and memory does not grow with the number of layers.
/// </summary>
public sealed class WorkerPool : IDisposable
{
    private readonly SemaphoreSlim _workers;
    private readonly SemaphoreSlim _free;
    private readonly int _capacity;
    private readonly ConcurrentBag<MemberBatch> _idle = [];

    /// <summary>Makes a pool; no thread is started.</summary>
    /// <param name="workers">How many batches are compressed at once; at least one.</param>
    public WorkerPool(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(workers);

        // Half as many more as workers: those in work, and some that are finished and wait for their turn in the blob. As many
        // more again are not faster on two cores, and each is up to 9 MB.
        _capacity = workers + ((workers + 1) / 2);
        _workers = new SemaphoreSlim(workers);
        _free = new SemaphoreSlim(_capacity);
    }

    /// <summary>One worker a core, for the whole process.</summary>
    public static WorkerPool Shared { get; } = new(Environment.ProcessorCount);

    /// <summary>Ends it; nobody may use it any more.</summary>
    public void Dispose()
    {
        _workers.Dispose();
        _free.Dispose();
    }

    /// <summary>Takes an empty batch, if one is free.</summary>
    internal MemberBatch? TryRent() => _free.Wait(0) ? Take() : null;

    /// <summary>
    /// Waits for an empty batch. Only who holds none may wait: whoever holds one can finish it and give it back, so
    /// layers that share the pool never wait for each other.
    /// </summary>
    internal async Task<MemberBatch> RentAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        return Take();
    }

    /// <summary>Gives a batch back. With the last one all buffers go: an idle build node keeps nothing.</summary>
    internal void Return(MemberBatch batch)
    {
        _idle.Add(batch);
        if (_free.Release() + 1 == _capacity)
        {
            _idle.Clear();
        }
    }

    /// <summary>Does a worker's part of the work as soon as a worker is free.</summary>
    internal Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            await _workers.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return work();
            }
            finally
            {
                _workers.Release();
            }
        },
        CancellationToken.None);

    private MemberBatch Take() => _idle.TryTake(out var used) ? used : new MemberBatch();
}
