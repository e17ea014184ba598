using System.Diagnostics;
using System.Net;
using System.Text;
using Estargz.Images;
using Estargz.Testing;

namespace Estargz.Tests.Registries;

/// <summary>The test registry behaves, spoken to without the client, or other tests would prove nothing.</summary>
public sealed class TestRegistryTests : IAsyncLifetime, IDisposable
{
    private readonly HttpClient _http = new();
    private TestRegistry _server = null!;

    public async Task InitializeAsync()
    {
        _server = await TestRegistry.StartAsync();
        _http.BaseAddress = new($"http://{_server.Host}/v2/");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Api_version_and_lists_are_answered()
    {
        foreach (var tag in new[] { "b", "a", "c" })
        {
            _server.Storage.AddManifest("team/app", MediaType.Index, [1], tag);
        }

        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(new Uri("", UriKind.Relative))).StatusCode);
        Assert.Equal("""{"name":"team/app","tags":["b"]}""", await _http.GetStringAsync(new Uri("team/app/tags/list?n=1&last=a", UriKind.Relative)));
        Assert.Equal("""{"repositories":["team/app"]}""", await _http.GetStringAsync(new Uri("_catalog", UriKind.Relative)));
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync(new Uri("UPPER/manifests/x", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Chunks_must_follow_one_another()
    {
        var session = (await SendAsync("POST", "a/blobs/uploads/")).Headers.Location!.ToString();

        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync("PATCH", session, "hello", "0-4")).StatusCode);
        var refused = await SendAsync("PATCH", session, "world", "6-10");
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, refused.StatusCode);
        Assert.Equal("0-4", Assert.Single(refused.Headers.GetValues("Range")));
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync("GET", session)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await SendAsync("PUT", session + "?digest=" + Digest.OfBytes("hello!"u8), "!")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("GET", session)).StatusCode);
        Assert.Equal("hello!", await _http.GetStringAsync(new Uri("a/blobs/" + Digest.OfBytes("hello!"u8), UriKind.Relative)));
    }

    [Fact]
    public async Task Blob_in_one_request_is_checked()
    {
        Assert.Equal(HttpStatusCode.Created, (await SendAsync("POST", "a/blobs/uploads/?digest=" + Digest.OfBytes("x"u8), "x")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("POST", "a/blobs/uploads/?digest=" + Digest.OfBytes("x"u8), "y")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync("POST", "a/blobs/uploads/?digest=sha256:../../x", "y")).StatusCode);
        Assert.Equal(0, _server.Storage.OpenUploads);
    }

    [Fact]
    public async Task Manifest_needs_its_parts_and_its_digest()
    {
        var config = Sample.Describe([1, 2], MediaType.Config);
        var manifest = Sample.Manifest(config);

        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync("1.0", manifest)).StatusCode);
        _server.Storage.AddBlob("a", [1, 2]);
        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync(config.Digest.ToString(), manifest)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync("1.0", new Content(MediaType.Index, manifest.Bytes))).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await PutAsync("1.0", manifest)).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync("DELETE", "a/manifests/" + manifest.Digest)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("GET", "a/manifests/1.0")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync("DELETE", "a/blobs/" + config.Digest)).StatusCode);
        Assert.False(_server.Storage.HasBlob("a", config.Digest.ToString()));
    }

    [Fact]
    public async Task Program_serves_a_folder_until_its_input_ends()
    {
        var folder = Directory.CreateTempSubdirectory("program-");
        new Storage(folder.FullName).AddBlob("a", [7]);
        using var program = Process.Start(new ProcessStartInfo("dotnet", [typeof(TestRegistry).Assembly.Location, "--folder", folder.FullName])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var line = await program.StandardOutput.ReadLineAsync();

        Assert.StartsWith("listening on http://127.0.0.1:", line, StringComparison.Ordinal);
        Assert.Equal([7], await _http.GetByteArrayAsync(new Uri($"{line!["listening on ".Length..]}/v2/a/blobs/{Digest.OfBytes([7])}")));

        program.StandardInput.Close();
        await program.WaitForExitAsync();
        Assert.Equal(0, program.ExitCode);
        Assert.Equal("", await program.StandardOutput.ReadToEndAsync());
        folder.Delete(recursive: true);
    }

    private Task<HttpResponseMessage> SendAsync(string method, string path, string? body = null, string? range = null)
    {
        var request = new HttpRequestMessage(new(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (range is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Range", range);
            }
        }

        return _http.SendAsync(request);
    }

    private Task<HttpResponseMessage> PutAsync(string name, Content manifest) => _http.SendAsync(new(HttpMethod.Put, "a/manifests/" + name)
    {
        Content = new ReadOnlyMemoryContent(manifest.Bytes) { Headers = { ContentType = new(manifest.MediaType) } },
    });
}
