using Estargz.Registries;
using Estargz.Testing;

namespace Estargz.Tests.Registries;

/// <summary>Registries that have all bytes of a blob and take their time to say so.</summary>
public sealed class CommitTests : RegistryTest, IDisposable
{
    /// <summary>Ticks of 10 s in half an hour, and less of them too many than would end the next request.</summary>
    private const int Limit = 180 + 5;

    private readonly byte[] _bytes = Sample.Bytes(10_000);
    private readonly SemaphoreSlim _kept = new(0);

    public void Dispose() => _kept.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Blob_that_is_kept_slowly_is_waited_for_and_then_looked_for(bool inChunks)
    {
        Variables["DOTNET_CONTAINER_DEBUG_REGISTRY_FORCE_CHUNKED_UPLOAD"] = inChunks ? "true" : "false";
        var client = Connect(RegistryAccess.Push);
        Server.On("PUT", "/uploads/", async (context, next) =>
        {
            await next();
            _kept.Release();
            await Responses.Hang()(context, next);
        });

        var push = PushAsync(_bytes, client: client);
        await _kept.WaitAsync();
        await TickAsync(120);
        Assert.False(push.IsCompleted);
        await TickAsync(Limit - 120);

        Assert.Equal(PushedBlob.Uploaded, await push);
        Assert.Single(Asked("PUT"));
        Assert.Empty(Asked("DELETE"));
        Assert.Equal(2, Count("HEAD", "/blobs/"));
    }

    [Fact]
    public async Task Registry_that_never_says_so_is_tried_twice()
    {
        Server.On("PUT", "/uploads/", async (context, _) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            _kept.Release();
            await Responses.Hang()(context, null!);
        });

        var push = FailsAsync(DiagnosticCode.RegistryUnreachable, () => PushAsync(_bytes));
        for (int time = 0; time < 2; time++)
        {
            await _kept.WaitAsync();
            await TickAsync(Limit);
        }

        Assert.Contains("nothing was heard", (await push).Message, StringComparison.Ordinal);
        Assert.Equal(2, Count("PUT", "/uploads/"));
        Assert.Empty(Asked("DELETE"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upload_is_not_taken_back_where_the_answer_was_lost_behind_the_last_byte(bool byProxy)
    {
        Server.On("PUT", "/uploads/", async (context, next) =>
        {
            await next();
            if (!byProxy)
            {
                context.Abort();
            }

            context.Response.StatusCode = 504;
        }).Times(1);

        Assert.Equal(PushedBlob.Uploaded, await PushAsync(_bytes));
        Assert.Empty(Asked("DELETE"));
    }

    [Fact]
    public async Task Silence_before_the_last_byte_ends_as_early_as_ever()
    {
        using var watch = new IdleWatch(Options(), None);
        await TickAsync(10);

        Assert.True(watch.Token.IsCancellationRequested);
    }

    private async Task TickAsync(int times)
    {
        for (int i = 0; i < times; i++)
        {
            Time.Tick();
            await Task.Delay(1);
        }
    }
}
