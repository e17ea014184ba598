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

    private async Task<bool> TagAsync()
    {
        await using var destination = new RegistryDestination(Connect(RegistryAccess.Push), Repository, null);
        return await destination.TagAsync(Sample.Index(), ["1.0"], None);
    }
}
