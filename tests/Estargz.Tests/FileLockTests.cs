using Estargz.Layers;

namespace Estargz.Tests;

public class FileLockTests
{
    [Fact]
    public async Task One_after_the_other()
    {
        using var folder = new ScratchFolder();
        int inside = 0, most = 0, turns = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            await using var turn = await FileLock.TakeAsync(folder["turn"], default);
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await Task.Yield();
            turns++;
            Interlocked.Decrement(ref inside);
        })));

        Assert.Equal((1, 8), (most, turns));
    }

    [Fact]
    public async Task Waiting_ends_when_it_is_canceled()
    {
        using var folder = new ScratchFolder();
        using var cancel = new CancellationTokenSource();
        await using var turn = await FileLock.TakeAsync(folder["turn"], default);

        var waiting = FileLock.TakeAsync(folder["turn"], cancel.Token);
        Assert.False(waiting.IsCompleted);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_file_that_cannot_be_opened_is_no_turn_to_wait_for() =>
        await Assert.ThrowsAnyAsync<IOException>(() => FileLock.TakeAsync("/proc/estargz/turn", default));
}
