using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Estargz.Registries;
using Estargz.Testing;

namespace Estargz.Tests.Registries;

/// <summary>Which registries are spoken to with TLS, without, and with certificates that nobody vouches for.</summary>
public sealed class EndpointTests
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("localhost:5000", true)]
    [InlineData("127.0.0.1:5000", true)]
    [InlineData("127.8.9.1", true)]
    [InlineData("[::1]:5000", true)]
    [InlineData("listed.example:5000", true)]
    [InlineData("LISTED.example:5000", true)]
    [InlineData("listed.example", false)]
    [InlineData("localhost.example", false)]
    [InlineData("10.0.0.1:5000", false)]
    [InlineData("docker.io", false)]
    public void Insecure_is_for_this_machine_and_what_the_user_listed(string host, bool allowed) =>
        Assert.Equal(allowed, Endpoint(host).AllowsInsecure);

    [Theory]
    [InlineData("localhost:5000", "http https http")]
    [InlineData("127.0.0.1:5000", "http https http")]
    [InlineData("localhost", "https http")]
    [InlineData("listed.example:5000", "https http")]
    [InlineData("unlisted.example:5000", "https")]
    public void Ports_of_this_machine_are_spoken_to_without_TLS_first_and_last(string host, string schemes)
    {
        var endpoint = Endpoint(host);
        List<string> tried = [endpoint.Origin.Scheme];
        while (endpoint.FallBack(endpoint.Origin, endpoint.Origin.Scheme == "http" ? null : new HttpRequestException(HttpRequestError.SecureConnectionError)))
        {
            tried.Add(endpoint.Origin.Scheme);
        }

        Assert.Equal(schemes, string.Join(' ', tried));
    }

    [Fact]
    public void Who_has_answered_is_spoken_to_in_the_same_way_from_then_on()
    {
        var endpoint = Endpoint("localhost:5000");
        var plain = endpoint.Origin;
        Assert.True(endpoint.FallBack(plain, new HttpRequestException(HttpRequestError.ResponseEnded)));
        endpoint.Answered();

        Assert.Equal("https", endpoint.Origin.Scheme);
        Assert.False(endpoint.FallBack(endpoint.Origin, new HttpRequestException(HttpRequestError.SecureConnectionError)));
        Assert.True(endpoint.FallBack(plain, new HttpRequestException(HttpRequestError.ResponseEnded)), "another request that was on its way without TLS");
        Assert.Equal("https", endpoint.Origin.Scheme);
    }

    [Theory]
    [InlineData(HttpRequestError.ConnectionError)]
    [InlineData(HttpRequestError.NameResolutionError)]
    public void Nobody_there_says_nothing_about_TLS(HttpRequestError error) =>
        Assert.False(Endpoint("localhost:5000") is var endpoint && endpoint.FallBack(endpoint.Origin, new HttpRequestException(error)));

    [Fact]
    public async Task Refusal_without_TLS_is_what_the_user_is_told()
    {
        await using var server = await TestRegistry.StartAsync();
        server.On(_ => true, Responses.Status(400));
        using var client = new Registry(server.Host, Options());

        var error = await Assert.ThrowsAsync<EstargzException>(() => client.FindManifestAsync(new(server.Host, "a", "b", null), CancellationToken.None));

        Assert.Equal(DiagnosticCode.RegistryAnswer, error.Code);
        Assert.Contains("400", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Registry_that_says_it_has_TLS_and_has_none_is_an_error_and_not_asked_for_ever()
    {
        await using var server = await TestRegistry.StartAsync();
        server.On("POST", "/uploads/", Responses.Status(202, headers: ("Location", $"https://{server.Host}/v2/a/blobs/uploads/x")));
        using var client = new Registry(server.Host, Options());
        var bytes = Sample.Bytes(10);

        var push = client.PushBlobAsync("a", Sample.Describe(bytes), () => new MemoryStream(bytes), null, CancellationToken.None);

        await Assert.ThrowsAsync<EstargzException>(() => push.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Docker_hub_is_asked_at_its_real_name() =>
        Assert.Equal("https://registry-1.docker.io/", Endpoint("docker.io").Origin.ToString());

    [Theory]
    [InlineData("https://reg.example/x", true)]
    [InlineData("https://reg.example:443/x", true)]
    [InlineData("https://REG.example/x?y", true)]
    [InlineData("http://reg.example/x", false)]
    [InlineData("https://reg.example:444/x", false)]
    [InlineData("https://reg.example.evil.example/x", false)]
    public void Credentials_belong_to_one_origin(string url, bool owned) =>
        Assert.Equal(owned, Endpoint("reg.example").Owns(new(url)));

    [Fact]
    public async Task Certificate_that_nobody_vouches_for_is_accepted_on_this_machine()
    {
        using var certificate = SelfSigned();
        await using var server = await TestRegistry.StartAsync(new() { Certificate = certificate });
        using var client = new Registry(server.Host, Options());

        await client.CheckPushAccessAsync("a", CancellationToken.None);

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Certificate_of_a_redirect_target_must_be_good_all_the_same()
    {
        using var certificate = SelfSigned();
        var bytes = Sample.Bytes(10);
        await using var elsewhere = await TestRegistry.StartAsync(new() { Certificate = certificate });
        elsewhere.Storage.AddBlob("a", bytes);
        await using var server = await TestRegistry.StartAsync();
        server.On("GET", "/blobs/", Responses.Redirect($"https://localhost:{new Uri("https://" + elsewhere.Host).Port}/v2/a/blobs/{Sample.Describe(bytes).Digest}"));
        using var client = new Registry(server.Host, Options());

        var error = await Assert.ThrowsAsync<EstargzException>(() => client.GetBlobAsync("a", Sample.Describe(bytes), 100, CancellationToken.None));

        Assert.Equal(DiagnosticCode.RegistryUnreachable, error.Code);
        Assert.Contains("TLS", error.Message, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task Https_registry_may_not_send_its_clients_to_http()
    {
        using var certificate = SelfSigned();
        await using var server = await TestRegistry.StartAsync(new() { Certificate = certificate });
        await using var elsewhere = await TestRegistry.StartAsync();
        server.On("GET", "/blobs/", Responses.Redirect($"http://{elsewhere.Host}/x"));
        server.On("POST", "/uploads/", Responses.Status(202, headers: ("Location", $"http://{elsewhere.Host}/x")));
        server.On("GET", "/manifests/", Responses.Status(401, headers: ("WWW-Authenticate", $"Bearer realm=\"http://{elsewhere.Host}/token\"")));
        using var client = new Registry(server.Host, Options());

        foreach (var action in new Func<Task>[]
        {
            () => client.GetBlobAsync("a", Sample.Describe([1]), 100, CancellationToken.None),
            () => client.CheckPushAccessAsync("a", CancellationToken.None),
            () => client.GetManifestAsync(new(server.Host, "a", "b", null), CancellationToken.None),
        })
        {
            Assert.Equal(DiagnosticCode.UntrustedTarget, (await Assert.ThrowsAsync<EstargzException>(action)).Code);
        }

        Assert.Empty(elsewhere.Requests);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static Endpoint Endpoint(string host) => new(host, Options());

    private static RegistryOptions Options() => new()
    {
        Environment = name => name == "DOTNET_CONTAINER_INSECURE_REGISTRIES" ? " ; other.example;listed.example:5000" : null,
        Time = new InstantTime(),
    };
}
