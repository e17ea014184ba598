using Estargz.Registries;
using Estargz.Testing;

namespace Estargz.Tests.Registries;

/// <summary>What is tried again, how often, and after which wait.</summary>
public sealed class RetriesTests : RegistryTest
{
    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(499)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(522)]
    public async Task Passing_failure_is_retried(int status)
    {
        Server.On("PUT", "/uploads/", Responses.Error(status, "UNKNOWN")).Times(1);

        Assert.Equal(PushedBlob.Uploaded, await PushAsync(Sample.Bytes(1000)));

        Assert.Equal([TimeSpan.FromSeconds(1)], Time.Waits);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(409)]
    [InlineData(415)]
    [InlineData(422)]
    public async Task Refusal_is_not_retried(int status)
    {
        Server.On("POST", "/uploads/", Responses.Error(status, "DENIED", "because of rule 7"));

        var error = await Assert.ThrowsAsync<EstargzException>(() => PushAsync(Sample.Bytes(1000)));

        Assert.Contains("DENIED: because of rule 7", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, Count("POST", "/uploads/"));
        Assert.Empty(Time.Waits);
    }

    [Fact]
    public async Task Lasting_failure_ends_after_five_tries_with_what_the_registry_said()
    {
        Server.On("PUT", "/uploads/", Responses.Error(500, "UNKNOWN", "disk on fire"));

        var error = await FailsAsync(DiagnosticCode.RegistryUnreachable, () => PushAsync(Sample.Bytes(1000)));

        Assert.Contains("500", error.Message, StringComparison.Ordinal);
        Assert.Contains("disk on fire", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, Count("PUT", "/uploads/"));
        Assert.Equal([1.0, 2, 4, 8], Time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task Wait_that_the_registry_asks_for_is_kept()
    {
        Server.On("GET", "/manifests/", Responses.Status(429, headers: ("Retry-After", "7"))).Times(1);
        await Client.PushManifestAsync(Repository, "1.0", Sample.Index(), None);

        await Client.GetManifestAsync(Tag, None);

        Assert.Equal(TimeSpan.FromSeconds(7), Time.Waits[0]);
    }

    [Fact]
    public async Task Wait_that_the_registry_asks_for_holds_everything_else_back_too()
    {
        var retries = new Retries(Options());
        retries.HoldBack(TimeSpan.FromSeconds(7));

        await retries.WaitAsync(None);
        await retries.WaitAsync(None);

        Assert.Equal([TimeSpan.FromSeconds(7)], Time.Waits);
    }

    [Fact]
    public async Task Too_long_a_wait_is_an_error_at_once()
    {
        Server.On("GET", "/manifests/", Responses.Status(429, headers: ("Retry-After", "86400")));

        var error = await FailsAsync(DiagnosticCode.RegistryUnreachable, () => Client.GetManifestAsync(Tag, None));

        Assert.Contains("86400 s", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, Count("GET", "/manifests/"));
    }

    [Theory]
    [InlineData("1.889377ms")]
    [InlineData("abc")]
    [InlineData("-5")]
    [InlineData("99999999999999999999")]
    [InlineData("Wed, 21 Oct 2015 07:28:00 GMT")]
    [InlineData("")]
    [InlineData(null)]
    public void Nonsense_and_the_past_ask_for_no_wait(string? value) =>
        Assert.Null(RetryAfter.Parse(value, new(2026, 10, 21, 7, 28, 0, TimeSpan.Zero)));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("120", 120)]
    [InlineData("Wed, 21 Oct 2026 07:28:30 GMT", 30)]
    public void Seconds_and_dates_ask_for_a_wait(string value, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAfter.Parse(value, new(2026, 10, 21, 7, 28, 0, TimeSpan.Zero)));

    [Fact]
    public async Task Cut_connection_is_retried_with_the_same_bytes()
    {
        var bytes = Sample.Bytes(3_000_000);
        int opened = 0;
        Server.On("PUT", "/uploads/", Responses.ResetAfter(1_000_000)).Times(1);

        await Client.PushBlobAsync(Repository, Sample.Describe(bytes), () =>
        {
            opened++;
            return new MemoryStream(bytes);
        }, null, None);

        Assert.Equal(2, opened);
        Assert.Equal(Sample.Describe(bytes).Digest.ToString(), Server.Requests.Last(request => request.Method == "PUT").BodyDigest);
    }

    [Fact]
    public async Task Upload_that_arrived_although_the_answer_did_not_is_not_sent_again()
    {
        Server.On("PUT", "/uploads/", async (context, next) =>
        {
            await next();
            context.Abort();
        }).Times(1);

        Assert.Equal(PushedBlob.Uploaded, await PushAsync(Sample.Bytes(1000)));

        Assert.Equal(1, Count("PUT", "/uploads/"));
    }

    [Fact]
    public async Task Nobody_listening_is_an_error_after_two_tries()
    {
        var nobody = Connect(RegistryAccess.Pull, "127.0.0.1:1");

        var error = await FailsAsync(DiagnosticCode.RegistryUnreachable,
            () => nobody.GetManifestAsync(new("127.0.0.1:1", Repository, "1.0", null), None));

        Assert.Contains("'127.0.0.1:1' cannot be reached", error.Message, StringComparison.Ordinal);
        Assert.Single(Time.Waits);
    }

    [Fact]
    public async Task Silence_ends_a_request_however_long_it_takes()
    {
        using var arrived = new SemaphoreSlim(0);
        Server.On("GET", "/manifests/", async (context, next) =>
        {
            arrived.Release();
            await Responses.Hang()(context, next);
        });

        var pull = FailsAsync(DiagnosticCode.RegistryUnreachable, () => Client.GetManifestAsync(Tag, None));
        for (int attempt = 0; attempt < 2; attempt++)
        {
            await arrived.WaitAsync();
            for (int look = 0; look < 10; look++)
            {
                Assert.False(pull.IsCompleted);
                Time.Tick();
            }
        }

        Assert.Contains("nothing was heard", (await pull).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Movement_puts_the_end_off()
    {
        using var watch = new IdleWatch(Options(), None);
        for (int byteSent = 0; byteSent < 5; byteSent++)
        {
            for (int look = 0; look < 9; look++)
            {
                Time.Tick();
            }

            Assert.False(watch.Token.IsCancellationRequested);
            watch.Moved();
        }

        for (int look = 0; look < 10; look++)
        {
            Time.Tick();
        }

        Assert.True(watch.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task Cancel_comes_through_unchanged_and_takes_the_upload_back()
    {
        using var cancel = new CancellationTokenSource();
        var bytes = Sample.Bytes(1000);
        Server.On("PUT", "/uploads/", async (context, next) =>
        {
            await cancel.CancelAsync();
            await Responses.Hang()(context, next);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Client.PushBlobAsync(Repository, Sample.Describe(bytes), () => new MemoryStream(bytes), null, cancel.Token));

        Assert.Equal(0, Server.Storage.OpenUploads);
        Assert.Equal(1, Count("DELETE", "/uploads/"));
    }
}
