using Estargz.Testing;

namespace Estargz.Tests.Registries;

/// <summary>Where a registry may send its clients, and what they take along.</summary>
public sealed class RedirectTests : RegistryTest
{
    private readonly byte[] _bytes = Sample.Bytes(1000);
    private TestRegistry _elsewhere = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _elsewhere = await TestRegistry.StartAsync();
        SignIn();
    }

    public override async Task DisposeAsync()
    {
        await _elsewhere.DisposeAsync();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Read_follows_without_credentials(int status)
    {
        _elsewhere.Storage.AddBlob(Repository, _bytes);
        var blob = Sample.Describe(_bytes);
        Server.On(request => request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal),
            Responses.Redirect($"http://{_elsewhere.Host}/v2/{Repository}/blobs/{blob.Digest}?signature=xyz", status));
        Server.RequireBasic(User, Password);

        Assert.Equal(_bytes, (await Client.GetBlobAsync(Repository, blob, 1000, None)).Bytes.ToArray());
        Assert.True(await Client.HasBlobAsync(Repository, blob, None));

        Assert.Equal(2, _elsewhere.Requests.Count);
        Assert.All(_elsewhere.Requests, request => Assert.DoesNotContain("Authorization", request.Headers.Keys));
    }

    [Fact]
    public async Task Upload_to_another_host_takes_no_credentials_along()
    {
        Server.On("POST", "/uploads/", Responses.Status(202, headers: ("Location", $"http://{_elsewhere.Host}/v2/{Repository}/blobs/uploads/{_elsewhere.Storage.BeginUpload()}")));
        Server.RequireBasic(User, Password);

        await PushAsync(_bytes);

        var put = Assert.Single(_elsewhere.Requests);
        Assert.Equal("PUT", put.Method);
        Assert.DoesNotContain("Authorization", put.Headers.Keys);
    }

    [Fact]
    public async Task Challenge_of_another_host_gets_no_credentials()
    {
        _elsewhere.RequireBasic(User, Password);
        Server.On("GET", "/blobs/", Responses.Redirect($"http://{_elsewhere.Host}/v2/x/blobs/y?signature=xyz"));
        Server.RequireBasic(User, Password);

        var error = await FailsAsync(DiagnosticCode.CredentialsRefused, () => Client.GetBlobAsync(Repository, Sample.Describe(_bytes), 1000, None));

        Assert.DoesNotContain("Authorization", Assert.Single(_elsewhere.Requests).Headers.Keys);
        Assert.DoesNotContain("xyz", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_hops_are_followed_and_eleven_are_not()
    {
        Server.Storage.AddBlob(Repository, _bytes);
        var blob = Sample.Describe(_bytes);
        var rule = Server.On("GET", "/blobs/", Responses.Redirect($"/v2/{Repository}/blobs/{blob.Digest}", 302)).Times(10);

        await Client.GetBlobAsync(Repository, blob, 1000, None);
        Assert.Equal(11, rule.Matches);

        Server.On("GET", "/blobs/", Responses.Redirect($"/v2/{Repository}/blobs/{blob.Digest}", 302));
        await FailsAsync(DiagnosticCode.RegistryAnswer, () => Client.GetBlobAsync(Repository, blob, 1000, None));
    }

    [Theory]
    [InlineData("ftp://example.org/x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://user:pw@127.0.0.1/x")]
    public async Task Strange_url_is_not_followed(string location)
    {
        Server.On("GET", "/blobs/", Responses.Redirect(location));

        var error = await FailsAsync(DiagnosticCode.UntrustedTarget, () => Client.GetBlobAsync(Repository, Sample.Describe(_bytes), 1000, None));

        Assert.DoesNotContain("pw", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("from https", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirect_without_a_location_is_an_error()
    {
        Server.On("GET", "/blobs/", Responses.Status(307));

        await FailsAsync(DiagnosticCode.RegistryAnswer, () => Client.GetBlobAsync(Repository, Sample.Describe(_bytes), 1000, None));
    }

    [Fact]
    public async Task Write_follows_307_with_its_body_but_not_302()
    {
        Server.On("PUT", "/manifests/1.0", Responses.Redirect($"/v2/{Repository}/manifests/2.0")).Times(1);
        await Client.PushManifestAsync(Repository, "1.0", Sample.Index(), None);
        Assert.NotNull(Server.Storage.TagDigest(Repository, "2.0"));

        Server.On("PUT", "/manifests/1.0", Responses.Redirect($"/v2/{Repository}/manifests/2.0", 302));
        await FailsAsync(DiagnosticCode.RegistryAnswer, () => Client.PushManifestAsync(Repository, "1.0", Sample.Index(), None));
    }
}
