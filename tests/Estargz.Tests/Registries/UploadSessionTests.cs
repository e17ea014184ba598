using Estargz.Registries;
using Estargz.Testing;

namespace Estargz.Tests.Registries;

/// <summary>A cancel while the registry begins an upload.</summary>
public sealed class UploadSessionTests : RegistryTest, IDisposable
{
    private readonly byte[] _bytes = Sample.Bytes(1000);
    private readonly CancellationTokenSource _cancel = new();

    public void Dispose() => _cancel.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData("base/image")]
    public async Task Upload_that_begins_during_a_cancel_is_taken_back(string? mountFrom)
    {
        Server.On("POST", "/uploads/", Responses.After(async () =>
        {
            await _cancel.CancelAsync();
            await Task.Delay(300);
        }));

        await CanceledAsync(mountFrom);

        Assert.Equal(202, Assert.Single(Server.Requests, request => request.Method == "POST").Status);
        Assert.Single(Asked("DELETE"));
        Assert.Equal(0, Server.Storage.OpenUploads);
    }

    [Fact]
    public async Task Mount_during_a_cancel_leaves_nothing_to_take_back()
    {
        Server.Storage.AddBlob("base/image", _bytes);
        Server.On("POST", "/uploads/", Responses.After(_cancel.CancelAsync));

        await CanceledAsync("base/image");

        Assert.Single(Asked("POST"));
        Assert.Empty(Asked("DELETE"));
    }

    [Theory]
    [InlineData(403, null)]
    [InlineData(403, "base/image")]
    [InlineData(503, null)]
    public async Task Refusal_during_a_cancel_is_a_cancel(int status, string? mountFrom)
    {
        Server.On("POST", "/uploads/", Responses.Error(status, "DENIED"));
        Server.On("POST", "/uploads/", Responses.After(_cancel.CancelAsync));

        await CanceledAsync(mountFrom);

        Assert.Single(Asked("POST"));
    }

    [Fact]
    public async Task Answer_that_never_comes_does_not_hold_a_cancel_up()
    {
        Server.On("POST", "/uploads/", Responses.Hang());
        Server.On("POST", "/uploads/", Responses.After(_cancel.CancelAsync));

        // The limit is two seconds, and the machine may be slow.
        await CanceledAsync(null).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Empty(Asked("DELETE"));
    }

    [Fact]
    public async Task Nothing_begins_after_a_cancel()
    {
        await _cancel.CancelAsync();

        await StartCanceledAsync();

        Assert.Empty(Server.Requests);
    }

    [Fact]
    public async Task Nothing_begins_after_a_cancel_during_sign_in()
    {
        SignIn();
        Server.RequireBearer(User, Password);
        Server.On("GET", Testing.SignIn.TokenPath, Responses.After(_cancel.CancelAsync));

        await StartCanceledAsync();

        Assert.Equal(401, Assert.Single(Server.Requests, request => request.Method == "POST").Status);
    }

    private Task<OperationCanceledException> CanceledAsync(string? mountFrom) => Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
        Client.PushBlobAsync(Repository, Sample.Describe(_bytes), () => new MemoryStream(_bytes), mountFrom, _cancel.Token));

    private async Task StartCanceledAsync()
    {
        using var connection = new RegistryConnection(Server.Host, Options());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            UploadSession.StartAsync(connection, Repository, null, null, _cancel.Token));
    }
}
