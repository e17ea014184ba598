using Estargz.Registries;
using Estargz.Testing;

namespace Estargz.Tests.Registries;

/// <summary>Uploads in chunks, where a registry or a proxy leaves no other way.</summary>
public sealed class ChunkedUploadTests : RegistryTest
{
    private readonly byte[] _bytes = Sample.Bytes(10_000);

    public override async Task InitializeAsync()
    {
        Variables["DOTNET_CONTAINER_REGISTRY_CHUNKED_UPLOAD_SIZE_BYTES"] = "4000";
        await base.InitializeAsync();
    }

    [Theory]
    [InlineData(405)]
    [InlineData(413)]
    [InlineData(404)]
    [InlineData(501)]
    [InlineData(403)]
    [InlineData(411)]
    [InlineData(400)]
    [InlineData(400, "BLOB_UPLOAD_INVALID")]
    [InlineData(400, "DIGEST_INVALID")]
    public async Task Refusal_of_one_piece_leads_to_chunks(int status, string code = "UNSUPPORTED")
    {
        Server.On(request => request.Method == "PUT" && request.ContentLength > 0, Responses.Error(status, code));

        Assert.Equal(PushedBlob.Uploaded, await PushAsync(_bytes));

        Assert.Equal(["0-3999", "4000-7999", "8000-9999"], Ranges());
        Assert.Equal(0, Server.Storage.OpenUploads);
        Assert.Empty(Time.Waits);
    }

    [Fact]
    public async Task Proxy_that_hangs_up_leads_to_chunks()
    {
        var bytes = Sample.Bytes(5_000_000);
        Variables["DOTNET_CONTAINER_REGISTRY_CHUNKED_UPLOAD_SIZE_BYTES"] = "2000000";
        var client = Connect(RegistryAccess.Push);
        Server.On(request => request.Method == "PUT" && request.ContentLength > 2_000_000, Responses.RefuseEarly(413));

        Assert.Equal(PushedBlob.Uploaded, await PushAsync(bytes, client: client));

        Assert.Equal(3, Ranges().Count);
    }

    [Fact]
    public async Task What_is_not_about_size_leads_to_one_chunk_and_is_remembered()
    {
        Variables.Remove("DOTNET_CONTAINER_REGISTRY_CHUNKED_UPLOAD_SIZE_BYTES");
        var client = Connect(RegistryAccess.Push);
        Server.On(request => request.Method == "PUT" && request.ContentLength > 0, Responses.Error(400, "DIGEST_INVALID"));

        await PushAsync(Sample.Bytes(5_000_000), client: client);
        await PushAsync(Sample.Bytes(6_000_000, 2), client: client);

        Assert.Equal(["0-4999999", "0-5999999"], Ranges());
        Assert.Single(Server.Requests, request => request.Method == "PUT" && request.BodyLength > 0);
    }

    [Theory]
    [InlineData(400, "DIGEST_INVALID")]
    [InlineData(403, "DENIED")]
    public async Task Refusal_of_chunks_for_the_same_reason_is_told_once(int status, string code)
    {
        Server.On("PUT", "/uploads/", Responses.Error(status, code, "rule 7"));

        var error = await Assert.ThrowsAsync<EstargzException>(() => PushAsync(_bytes));

        Assert.Single(System.Text.RegularExpressions.Regex.Matches(error.Message, "rule 7"));
        Assert.Equal(2, Count("PUT", "/uploads/"));
        Assert.Equal(0, Server.Storage.OpenUploads);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(501)]
    public async Task Registry_without_chunks_says_what_it_has_against_the_blob(int status)
    {
        Server.On("PUT", "/uploads/", Responses.Error(403, "DENIED", "rule 7"));
        Server.On("PATCH", "/uploads/", Responses.Error(status, "UNSUPPORTED"));

        var error = await FailsAsync(DiagnosticCode.CredentialsRefused, () => PushAsync(_bytes));

        Assert.StartsWith("PUT ", error.Message, StringComparison.Ordinal);
        Assert.Contains("rule 7", error.Message, StringComparison.Ordinal);
        Assert.Single(Asked("PATCH"));
    }

    [Fact]
    public async Task Refusal_of_chunks_too_tells_both()
    {
        Server.On("PUT", "/uploads/", Responses.Error(413, "SIZE_INVALID", "too big"));
        Server.On("PATCH", "/uploads/", Responses.Error(403, "DENIED", "no chunks"));

        var error = await FailsAsync(DiagnosticCode.CredentialsRefused, () => PushAsync(_bytes));

        Assert.Contains("no chunks", error.Message, StringComparison.Ordinal);
        Assert.Contains("413", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, Server.Storage.OpenUploads);
    }

    [Theory]
    [InlineData("DOTNET_CONTAINER_DEBUG_REGISTRY_FORCE_CHUNKED_UPLOAD")]
    [InlineData("SDK_CONTAINER_DEBUG_REGISTRY_FORCE_CHUNKED_UPLOAD")]
    public async Task Variable_forces_chunks(string variable)
    {
        Variables[variable] = "true";
        var client = Connect(RegistryAccess.Push);

        await PushAsync(_bytes, client: client);

        Assert.Equal(3, Ranges().Count);
        Assert.Equal(0, Server.Requests.Single(request => request.Method == "PUT").BodyLength);
    }

    [Fact]
    public async Task Stream_that_cannot_seek_is_sent_in_chunks_too()
    {
        var client = Forced();

        await client.PushBlobAsync(Repository, Sample.Describe(_bytes), () => new System.IO.Compression.GZipStream(
            Gzip(_bytes), System.IO.Compression.CompressionMode.Decompress), null, None);

        Assert.True(await client.HasBlobAsync(Repository, Sample.Describe(_bytes), None));
    }

    [Theory]
    [InlineData("", 4 * 1024 * 1024)]
    [InlineData("6000000", 6_000_000)]
    [InlineData("0", 4 * 1024 * 1024)]
    [InlineData("-1", 4 * 1024 * 1024)]
    [InlineData("1099511627776", 4 * 1024 * 1024)]
    [InlineData("many", 4 * 1024 * 1024)]
    public async Task Registry_says_how_small_a_chunk_may_be(string minimum, int expected)
    {
        Variables.Remove("DOTNET_CONTAINER_REGISTRY_CHUNKED_UPLOAD_SIZE_BYTES");
        var client = Forced();
        if (minimum.Length > 0)
        {
            Server.On("POST", "/uploads/", Responses.Header("OCI-Chunk-Min-Length", minimum));
        }

        await PushAsync(Sample.Bytes(7_000_000), client: client);

        Assert.Equal($"0-{expected - 1}", Ranges()[0]);
    }

    [Fact]
    public void Amazon_gets_chunks_that_it_accepts()
    {
        Assert.True(ChunkSize.IsEcr("123456789012.dkr.ecr.eu-central-1.amazonaws.com"));
        Assert.True(ChunkSize.IsEcr("public.ecr.aws"));
        Assert.False(ChunkSize.IsEcr("123456789012.dkr.ecr.eu-central-1.amazonaws.com.evil.example"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-4")]
    [InlineData("4k")]
    public async Task Chunk_size_that_is_none_is_an_error(string size)
    {
        Variables["DOTNET_CONTAINER_REGISTRY_CHUNKED_UPLOAD_SIZE_BYTES"] = size;

        await FailsAsync(DiagnosticCode.InvalidProperty, () => Task.FromResult(Connect(RegistryAccess.Push)));
    }

    [Fact]
    public async Task Chunk_that_arrived_in_part_is_sent_on_from_there()
    {
        var client = Forced();
        Server.On("PATCH", "/uploads/", async (context, next) =>
        {
            var half = new byte[1500];
            await context.Request.Body.ReadExactlyAsync(half);
            context.Request.Headers.Remove("Content-Range");
            context.Request.Body = new MemoryStream(half);
            await next();
        }).Times(1);

        Assert.Equal(PushedBlob.Uploaded, await PushAsync(_bytes, client: client));

        Assert.Equal(["0-3999", "1500-5499", "5500-9499", "9500-9999"], Ranges());
    }

    [Fact]
    public async Task Registry_that_discards_chunks_is_found_out()
    {
        var client = Forced();
        Server.On("PATCH", "/uploads/", async (context, _) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.StatusCode = 201;
            context.Response.Headers.Location = context.Request.Path.Value;
            context.Response.Headers.Range = "0-0";
        });

        var error = await FailsAsync(DiagnosticCode.UploadRefused, () => PushAsync(_bytes, client: client));

        Assert.Contains("discards", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, Ranges().Count);
    }

    [Fact]
    public async Task Registry_that_claims_more_than_was_sent_is_found_out()
    {
        var client = Forced();
        Server.On("PATCH", "/uploads/", Responses.Status(202, headers: ("Range", "0-999999")));

        await FailsAsync(DiagnosticCode.RegistryAnswer, () => PushAsync(_bytes, client: client));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Chunk_out_of_place_is_put_right(bool withRange)
    {
        var client = Forced();
        Server.On("PATCH", "/uploads/", async (context, next) =>
        {
            await next();
            context.Response.StatusCode = 416;
            if (!withRange)
            {
                context.Response.Headers.Remove("Range");
            }
        }).Nth(2);

        Assert.Equal(PushedBlob.Uploaded, await PushAsync(_bytes, client: client));

        Assert.Equal(["0-3999", "4000-7999", "8000-9999"], Ranges());
        Assert.Equal(withRange ? 0 : 1, Count("GET", "/uploads/"));
    }

    [Fact]
    public async Task Chunk_without_a_location_goes_on_where_the_last_one_went()
    {
        var client = Forced();
        Server.On("PATCH", "/uploads/", (context, next) =>
        {
            context.Response.OnStarting(() => Task.FromResult(context.Response.Headers.Remove("Location")));
            return next();
        });

        Assert.Equal(PushedBlob.Uploaded, await PushAsync(_bytes, client: client));
    }

    [Fact]
    public async Task Session_that_expired_is_begun_anew()
    {
        var client = Forced();
        Server.On("PATCH", "/uploads/", Responses.Error(404, "BLOB_UPLOAD_UNKNOWN")).Nth(2);

        Assert.Equal(PushedBlob.Uploaded, await PushAsync(_bytes, client: client));

        Assert.Equal(["0-3999", "4000-7999", "0-3999", "4000-7999", "8000-9999"], Ranges());
    }

    private static MemoryStream Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        packed.Position = 0;
        return packed;
    }

    private Registry Forced()
    {
        Variables["DOTNET_CONTAINER_DEBUG_REGISTRY_FORCE_CHUNKED_UPLOAD"] = "true";
        return Connect(RegistryAccess.Push);
    }

    private List<string> Ranges() => [.. Server.Requests.Where(request => request.Method == "PATCH").Select(request => request.Headers["Content-Range"])];
}
