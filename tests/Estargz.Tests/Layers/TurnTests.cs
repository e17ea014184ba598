using System.Globalization;

namespace Estargz.Layers;

/// <summary>The turns that publishes take with each other when they need the same layer.</summary>
public sealed class TurnTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Turns_leave_no_more_files_than_there_can_be()
    {
        var cache = new LayerCache(_folder.Path);
        for (int i = 0; i < 1000; i++)
        {
            await using var turn = await cache.TakeTurnAsync(Key(i), default);
        }

        Assert.InRange(Directory.GetFiles(_folder["turns"]).Length, 200, 256);
    }

    [Fact]
    public async Task The_same_layer_is_for_one_at_a_time_and_others_do_not_wait()
    {
        var (one, other) = (new LayerCache(_folder.Path), new LayerCache(_folder.Path));
        var turn = await one.TakeTurnAsync(Key(1), default);
        await (await other.TakeTurnAsync(Key(2), default)).DisposeAsync();
        var waiting = other.TakeTurnAsync(Key(1), default);
        await Task.Delay(100);
        Assert.False(waiting.IsCompleted);

        await turn.DisposeAsync();
        await (await waiting).DisposeAsync();
    }

    private static string Key(int i) => Images.Digest.OfBytes(System.Text.Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture))).Hex;
}
