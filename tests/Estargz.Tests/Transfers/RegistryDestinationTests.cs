using Estargz.Registries;
using Estargz.Testing;
using Estargz.Tests.Registries;
using Estargz.Transfers;

namespace Estargz.Tests.Transfers;

/// <summary>An image that goes into a registry.</summary>
public sealed class RegistryDestinationTests : RegistryTest
{
    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(501)]
    public async Task Look_at_a_tag_that_tells_nothing_leads_to_a_push(int status)
    {
        Server.On(request => request.Method is "HEAD" or "GET" && request.Path.Value!.Contains("/manifests/", StringComparison.Ordinal), Responses.Error(status, "DENIED"));

        Assert.True(await TagAsync());
        Assert.NotNull(Server.Storage.TagDigest(Repository, "1.0"));
    }

    [Fact]
    public async Task Manifest_that_is_there_is_not_sent_again()
    {
        Assert.True(await TagAsync());
        Assert.False(await TagAsync());

        Assert.Single(Asked("PUT"));
    }

    [Fact]
    public async Task Which_tags_have_moved_is_told_when_one_may_not()
    {
        Server.On("PUT", "/manifests/1.1", Responses.Error(403, "DENIED"));

        var error = await FailsAsync(DiagnosticCode.CredentialsRefused, () => TagAsync("1.0", "1.1", "latest"));

        Assert.StartsWith($"1.0 of {Server.Host}/{Repository} is the new image already, 1.1, latest are not: PUT ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Which_tags_have_moved_is_told_after_a_cancel()
    {
        using var stop = new CancellationTokenSource();
        Server.On("PUT", "/manifests/latest", (_, next) =>
        {
            stop.Cancel();
            return next();
        });

        var error = await FailsAsync(DiagnosticCode.Canceled, () => TagAsync(stop.Token, "1.0", "1.1", "latest"));

        Assert.Equal($"1.0, 1.1 of {Server.Host}/{Repository} are the new image already, latest is not: the publish was canceled.", error.Message);
    }

    private Task<bool> TagAsync(params string[] tags) => TagAsync(None, tags.Length == 0 ? ["1.0"] : tags);

    private async Task<bool> TagAsync(CancellationToken stop, params string[] tags)
    {
        await using var destination = new RegistryDestination(Connect(RegistryAccess.Push), Repository, null);
        return await destination.TagAsync(Sample.Index(), tags, stop);
    }
}
