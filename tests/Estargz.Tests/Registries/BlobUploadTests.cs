using Estargz.Registries;
using Estargz.Testing;

namespace Estargz.Tests.Registries;

/// <summary>The many ways of registries to take a blob, or not to.</summary>
public sealed class BlobUploadTests : RegistryTest
{
    private readonly byte[] _bytes = Sample.Bytes(10_000);

    [Theory]
    [InlineData("?state=a%2Fb")]
    [InlineData("?digest=sha256:0000&state=a%2Fb")]
    [InlineData("?state=a%2Fb#fragment")]
    public async Task Session_keeps_its_query_and_gets_one_digest(string query)
    {
        Server.On("POST", "/uploads/", (context, _) =>
        {
            context.Response.StatusCode = 202;
            context.Response.Headers.Location = $"/v2/{Repository}/blobs/uploads/{Server.Storage.BeginUpload()}{query}";
            return Task.CompletedTask;
        });

        await PushAsync(_bytes);

        var put = Assert.Single(Server.Requests, request => request.Method == "PUT");
        Assert.Contains("state=a%2Fb", put.Query, StringComparison.Ordinal);
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(put.Query, "digest="));
    }

    [Theory]
    [InlineData("http://HOST/v2/team/app/blobs/uploads/ID")]
    [InlineData("//HOST/v2/team/app/blobs/uploads/ID")]
    [InlineData("ID")]
    public async Task Session_may_be_named_in_any_form_of_url(string form)
    {
        Server.On("POST", "/uploads/", (context, _) =>
        {
            context.Response.StatusCode = 202;
            context.Response.Headers.Location = form.Replace("HOST", Server.Host, StringComparison.Ordinal)
                .Replace("ID", Server.Storage.BeginUpload(), StringComparison.Ordinal);
            return Task.CompletedTask;
        });

        Assert.Equal(PushedBlob.Uploaded, await PushAsync(_bytes));
    }

    [Fact]
    public async Task Session_without_a_location_is_an_error()
    {
        Server.On("POST", "/uploads/", Responses.Status(202));

        await FailsAsync(DiagnosticCode.RegistryAnswer, () => PushAsync(_bytes));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Refused_mount_becomes_an_upload(int status)
    {
        Server.On(request => request.Query.ContainsKey("mount"), Responses.Error(status, "DENIED"));

        Assert.Equal(PushedBlob.Uploaded, await PushAsync(_bytes, "base/image"));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(0)]
    public async Task Mount_that_fails_again_and_again_becomes_an_upload_at_once(int status)
    {
        var mount = Server.On(request => request.Query.ContainsKey("mount"), status == 0 ? Responses.Reset() : Responses.Error(status, "UNKNOWN"));

        Assert.Equal(PushedBlob.Uploaded, await PushAsync(_bytes, "base/image"));
        Assert.Equal(1, mount.Matches);
        Assert.Empty(Time.Waits);
    }

    [Theory]
    [InlineData("http://user:pw@HOST/v2/x")]
    [InlineData("ftp://HOST/v2/x")]
    [InlineData("")]
    public async Task Where_a_finished_upload_points_to_matters_to_nobody(string location)
    {
        Server.On("PUT", "/uploads/", Responses.Header("Location", location.Replace("HOST", Server.Host, StringComparison.Ordinal)));

        Assert.Equal(PushedBlob.Uploaded, await PushAsync(_bytes));
    }

    [Fact]
    public async Task Mount_within_one_repository_is_not_tried()
    {
        await PushAsync(_bytes, Repository);

        Assert.DoesNotContain(Server.Requests, request => request.Query.Contains("mount", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(405)]
    [InlineData(403)]
    public async Task Registry_that_does_not_tell_what_it_has_gets_the_blob(int status)
    {
        Server.On("HEAD", "/blobs/", Responses.Status(status));

        Assert.Equal(PushedBlob.Uploaded, await PushAsync(_bytes));
    }

    [Fact]
    public async Task Blob_of_another_size_does_not_count_as_there()
    {
        Server.On("HEAD", "/blobs/", Responses.Header("Content-Length", "7"));
        Server.Storage.AddBlob(Repository, _bytes);

        Assert.False(await Client.HasBlobAsync(Repository, Sample.Describe(_bytes), None));
        Assert.Equal(PushedBlob.Uploaded, await PushAsync(_bytes));
    }

    [Fact]
    public async Task Wrong_digest_of_the_registry_is_an_error()
    {
        Server.On("PUT", "/uploads/", Responses.Header("Docker-Content-Digest", "sha256:" + new string('0', 64)));
        await FailsAsync(DiagnosticCode.DigestMismatch, () => PushAsync(_bytes));

        Server.On("PUT", "/uploads/", Responses.Header("Docker-Content-Digest", "sha256:zz"));
        await FailsAsync(DiagnosticCode.RegistryAnswer, () => PushAsync(Sample.Bytes(10, 2)));
    }

    [Fact]
    public async Task Bytes_that_arrived_damaged_are_sent_once_more()
    {
        Server.On("PUT", "/uploads/", Responses.Error(400, "DIGEST_INVALID")).Times(1);
        Assert.Equal(PushedBlob.Uploaded, await PushAsync(_bytes));

        Server.Forget();
        Server.On("PUT", "/uploads/", Responses.Error(400, "DIGEST_INVALID"));
        await FailsAsync(DiagnosticCode.UploadRefused, () => PushAsync(Sample.Bytes(10, 2)));
        Assert.Equal(2, Count("PUT", "/uploads/"));
    }

    [Fact]
    public async Task File_that_became_shorter_is_an_error_that_no_retry_hides()
    {
        await FailsAsync(DiagnosticCode.FileUnreadable, () =>
            Client.PushBlobAsync(Repository, Sample.Describe(_bytes), () => new MemoryStream(_bytes[..^1]), null, None));

        Assert.Equal(0, Server.Storage.OpenUploads);
    }

    [Fact]
    public async Task Website_is_not_taken_for_a_registry()
    {
        Server.On(_ => true, Responses.Html());

        var error = await FailsAsync(DiagnosticCode.RegistryAnswer, () => PushAsync(_bytes));
        Assert.Contains("does not look like a registry", error.Message, StringComparison.Ordinal);
        await FailsAsync(DiagnosticCode.RegistryAnswer, () => Client.GetManifestAsync(Tag, None));
        await FailsAsync(DiagnosticCode.RegistryAnswer, () => Client.FindManifestAsync(Tag, None));
        await FailsAsync(DiagnosticCode.RegistryAnswer, () => Client.GetBlobAsync(Repository, Sample.Describe(_bytes), 20_000, None));
        await FailsAsync(DiagnosticCode.RegistryAnswer, () => Client.PushManifestAsync(Repository, "1.0", Sample.Index(), None));
        await FailsAsync(DiagnosticCode.RegistryAnswer, () => Client.CheckPushAccessAsync(Repository, None));
    }

    [Fact]
    public async Task Cookies_are_not_kept()
    {
        Server.On(_ => true, Responses.Header("Set-Cookie", "csrf=1; Path=/"));

        await PushAsync(_bytes);

        Assert.All(Server.Requests, request => Assert.DoesNotContain("Cookie", request.Headers.Keys));
    }

    [Fact]
    public async Task Warning_of_the_registry_is_shown_once()
    {
        Server.On(_ => true, Responses.Header("Warning", "299 - \"this registry closes in May\""));

        await PushAsync(_bytes);

        Assert.Equal($"{Server.Host} says: this registry closes in May", Assert.Single(Warnings));
    }

    [Fact]
    public async Task Blobs_travel_side_by_side()
    {
        using var both = new Barrier(2);
        Server.On("PUT", "/uploads/", Responses.After(() => Task.Run(() => both.SignalAndWait(None)))).Times(2);

        // Each of the two waits for the other: one after the other, they would never end.
        await Task.WhenAll(PushAsync(Sample.Bytes(10, 1)), PushAsync(Sample.Bytes(10, 2)));

        Assert.Equal(1, both.CurrentPhaseNumber);
    }

    [Fact]
    public async Task Blobs_travel_one_by_one_on_demand()
    {
        Variables["DOTNET_CONTAINER_REGISTRY_PARALLEL_UPLOAD"] = "false";
        var client = Connect(RegistryAccess.Push);
        int now = 0, most = 0;
        Server.On("PUT", "/uploads/", async (_, next) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Yield();
            await next();
            Interlocked.Decrement(ref now);
        });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => PushAsync(Sample.Bytes(10, seed), client: client)));

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Port_that_is_none_is_an_error() =>
        await FailsAsync(DiagnosticCode.InvalidReference, () => Task.FromResult(Connect(RegistryAccess.Push, "reg.example:99999")));
}
