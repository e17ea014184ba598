using System.Text;
using Estargz.Images;
using Estargz.Testing;

namespace Estargz.Tests.Registries;

/// <summary>Manifests that are not what they seem.</summary>
public sealed class ManifestTransferTests : RegistryTest
{
    [Theory]
    [InlineData("""{"mediaType":"application/vnd.oci.image.manifest.v1+json"}""", MediaType.Index)]
    [InlineData("""{"manifests":[],"layers":[]}""", MediaType.Index)]
    [InlineData("""{"mediaType":"application/vnd.oci.image.index.v1+json"}""", MediaType.DockerManifest)]
    [InlineData("""{"mediaType":"text/html"}""", MediaType.Index)]
    [InlineData("""{}""", "application/json")]
    [InlineData("""{}""", "text/plain")]
    [InlineData("""{"mediaType":7}""", MediaType.Index)]
    [InlineData("""[]""", MediaType.Index)]
    [InlineData("""not json""", MediaType.Index)]
    public async Task Ambiguous_manifest_is_refused(string body, string contentType)
    {
        Server.Storage.AddManifest(Repository, contentType, Encoding.UTF8.GetBytes(body), "1.0");

        await FailsAsync(DiagnosticCode.ImageMalformed, () => Client.GetManifestAsync(Tag, None));
    }

    [Theory]
    [InlineData("""{"mediaType":"application/vnd.oci.image.index.v1+json"}""", "application/json")]
    [InlineData("""{"mediaType":"application/vnd.oci.image.index.v1+json"}""", "application/vnd.oci.image.index.v1+json; charset=utf-8")]
    [InlineData("""{"mediaType":"application/vnd.oci.image.index.v1+json"}""", "text/plain")]
    [InlineData("""{"mediaType":"application/vnd.oci.image.index.v1+json"}""", "binary/octet-stream")]
    [InlineData("""{"mediaType":"application/vnd.oci.image.index.v1+json"}""", MediaType.DockerIndex)]
    [InlineData("""{}""", MediaType.Index)]
    public async Task Media_type_comes_from_wherever_it_is(string body, string contentType)
    {
        Server.Storage.AddManifest(Repository, contentType, Encoding.UTF8.GetBytes(body), "1.0");

        Assert.Equal(MediaType.Index, (await Client.GetManifestAsync(Tag, None)).MediaType);
    }

    [Fact]
    public async Task Body_tells_Docker_from_OCI()
    {
        Server.Storage.AddManifest(Repository, MediaType.Manifest, Encoding.UTF8.GetBytes($$"""{"mediaType":"{{MediaType.DockerManifest}}"}"""), "1.0");

        Assert.Equal(MediaType.DockerManifest, (await Client.GetManifestAsync(Tag, None)).MediaType);
    }

    [Fact]
    public async Task Other_bytes_than_the_digest_says_are_refused()
    {
        var digest = Server.Storage.AddManifest(Repository, MediaType.Index, Sample.Index().Bytes.ToArray(), "1.0");
        await File.WriteAllTextAsync(Server.Storage.PathOf(digest), """{"mediaType":"application/vnd.oci.image.index.v1+json"}""");

        await FailsAsync(DiagnosticCode.DigestMismatch, () => Client.GetManifestAsync(Tag, None));
        Server.On("GET", "/manifests/", (context, next) =>
        {
            context.Response.OnStarting(() => Task.FromResult(context.Response.Headers.Remove("Docker-Content-Digest")));
            return next();
        });
        await FailsAsync(DiagnosticCode.DigestMismatch, () => Client.GetManifestAsync(Tag with { Digest = Sample.Index().Digest }, None));
    }

    [Fact]
    public async Task Oversized_manifest_is_refused_on_the_way_in_and_out()
    {
        var bytes = new byte[4 * 1024 * 1024 + 1];
        Server.Storage.AddManifest(Repository, MediaType.Index, bytes, "1.0");

        await FailsAsync(DiagnosticCode.RegistryAnswer, () => Client.GetManifestAsync(Tag, None));
        Server.Forget();
        var error = await FailsAsync(DiagnosticCode.UploadRefused, () => Client.PushManifestAsync(Repository, "1.0", new(MediaType.Index, bytes), None));

        Assert.Contains("Annotations", error.Message, StringComparison.Ordinal);
        Assert.Empty(Server.Requests);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(405)]
    [InlineData(501)]
    public async Task Find_reads_the_manifest_where_head_is_not_allowed(int status)
    {
        Server.Storage.AddManifest(Repository, MediaType.Index, Sample.Index().Bytes.ToArray(), "1.0");
        Server.On("HEAD", "/manifests/", Responses.Status(status));

        Assert.Equal(Sample.Index().Digest, (await Client.FindManifestAsync(Tag, None))?.Digest);
        Assert.Null(await Client.FindManifestAsync(Tag with { Tag = "2.0" }, None));
    }

    [Fact]
    public async Task Find_reads_the_manifest_where_head_does_not_tell_the_digest()
    {
        Server.Storage.AddManifest(Repository, MediaType.Index, Sample.Index().Bytes.ToArray(), "1.0");
        Server.On("HEAD", "/manifests/", (context, next) =>
        {
            context.Response.OnStarting(() => Task.FromResult(context.Response.Headers.Remove("Docker-Content-Digest")));
            return next();
        });

        Assert.Equal(Sample.Index().Digest, (await Client.FindManifestAsync(Tag, None))?.Digest);
    }

    [Fact]
    public async Task Missing_blob_has_a_code_of_its_own()
    {
        var config = Sample.Describe([1, 2, 3], MediaType.Config);

        var error = await FailsAsync(DiagnosticCode.NotFound, () => Client.PushManifestAsync(Repository, "1.0", Sample.Manifest(config), None));

        Assert.Contains(config.Digest.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Null(Server.Storage.TagDigest(Repository, "1.0"));
    }

    [Theory]
    [InlineData(415, "UNSUPPORTED")]
    [InlineData(400, "MANIFEST_INVALID")]
    public async Task Registry_without_oci_is_told_apart(int status, string code)
    {
        Server.On("PUT", "/manifests/", Responses.Error(status, code));

        var error = await FailsAsync(DiagnosticCode.UploadRefused, () => Client.PushManifestAsync(Repository, "1.0", Sample.Index(), None));

        Assert.Contains("OCI", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tag_that_cannot_move_says_so()
    {
        Server.On("PUT", "/manifests/", Responses.Error(400, "TAG_INVALID", "The image tag '1.0' is immutable."));

        var error = await FailsAsync(DiagnosticCode.UploadRefused, () => Client.PushManifestAsync(Repository, "1.0", Sample.Index(), None));

        Assert.Contains("immutable", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proxy_that_rewrites_a_manifest_is_noticed()
    {
        Server.On("PUT", "/manifests/", Responses.Header("Docker-Content-Digest", "sha256:" + new string('0', 64)));

        await FailsAsync(DiagnosticCode.DigestMismatch, () => Client.PushManifestAsync(Repository, "1.0", Sample.Index(), None));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(202)]
    public async Task Manifest_that_is_taken_is_taken_whatever_the_registry_calls_it(int status)
    {
        Server.On("PUT", "/manifests/", async (context, next) =>
        {
            await next();
            context.Response.StatusCode = status;
        });

        await Client.PushManifestAsync(Repository, "1.0", Sample.Index(), None);

        Server.On("PUT", "/manifests/", Responses.Header("Docker-Content-Digest", "sha256:" + new string('0', 64)));
        await FailsAsync(DiagnosticCode.DigestMismatch, () => Client.PushManifestAsync(Repository, "1.0", Sample.Index(), None));
    }

    [Fact]
    public async Task Text_of_the_registry_is_made_fit_for_one_line()
    {
        Server.On("GET", "/manifests/", Responses.Error(404, "MANIFEST_UNKNOWN", "a\r\n\u001b[31m" + new string('x', 5000)));

        var error = await FailsAsync(DiagnosticCode.NotFound, () => Client.GetManifestAsync(Tag, None));

        Assert.DoesNotContain('\u001b', error.Message);
        Assert.True(error.Message.Length < 800);
    }
}
