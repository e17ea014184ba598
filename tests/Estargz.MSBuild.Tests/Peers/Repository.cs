using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>
/// A repository of a registry without TLS, through bare HTTP: a reader of images that shares no code with the product.
/// </summary>
/// <param name="host">Host and port: <c>127.0.0.1:40123</c>.</param>
/// <param name="name">The repository's name.</param>
public sealed class Repository(string host, string name)
{
    /// <summary>The media type of an OCI image manifest.</summary>
    public const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>The media type of an OCI image index.</summary>
    public const string IndexType = "application/vnd.oci.image.index.v1+json";

    private static readonly HttpClient Http = new();

    private static readonly string[] ManifestTypes =
        [ManifestType, IndexType, "application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.distribution.manifest.list.v2+json"];

    /// <summary>The repository of a reference, <c>HOST/NAME:TAG</c>.</summary>
    public static Repository Of(string reference)
    {
        int slash = reference.IndexOf('/', StringComparison.Ordinal);
        return new Repository(reference[..slash], reference[(slash + 1)..reference.LastIndexOf(':')]);
    }

    /// <summary>A manifest or index.</summary>
    /// <param name="reference">A tag or a digest.</param>
    public async Task<JsonNode> ManifestAsync(string reference)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Url("manifests/" + reference));
        request.Headers.Add("Accept", ManifestTypes);
        using var answer = await Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return JsonNode.Parse(await answer.Content.ReadAsByteArrayAsync())!;
    }

    /// <summary>A blob, checked against its digest.</summary>
    public async Task<byte[]> BlobAsync(string digest)
    {
        var blob = await Http.GetByteArrayAsync(Url("blobs/" + digest));
        Assert.Equal(digest, Digest(blob));
        return blob;
    }

    /// <summary>The tags, sorted.</summary>
    public async Task<IReadOnlyList<string>> TagsAsync() =>
        [.. JsonNode.Parse(await Http.GetStringAsync(Url("tags/list")))!["tags"]!.AsArray().Select(tag => (string)tag!).Order(StringComparer.Ordinal)];

    /// <summary>Uploads a blob and returns its digest.</summary>
    public async Task<string> PushBlobAsync(byte[] blob)
    {
        var digest = Digest(blob);
        using var session = await Http.PostAsync(Url("blobs/uploads/"), null);
        using var content = new ByteArrayContent(blob);
        using var answer = await Http.PutAsync(new Uri($"{session.Headers.Location}&digest={digest}"), content);
        answer.EnsureSuccessStatusCode();
        return digest;
    }

    /// <summary>Uploads a manifest or index; returns its digest and its size in bytes.</summary>
    /// <param name="tag">Its tag, or null for none.</param>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="manifest">Itself.</param>
    public async Task<(string Digest, int Size)> PushManifestAsync(string? tag, string mediaType, JsonNode manifest)
    {
        var bytes = Encoding.UTF8.GetBytes(manifest.ToJsonString());
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new(mediaType);
        using var answer = await Http.PutAsync(Url("manifests/" + (tag ?? Digest(bytes))), content);
        answer.EnsureSuccessStatusCode();
        return (Digest(bytes), bytes.Length);
    }

    /// <summary><c>sha256:</c> and the digest of a blob.</summary>
    public static string Digest(ReadOnlySpan<byte> blob) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(blob));

    private Uri Url(string path) => new($"http://{host}/v2/{name}/{path}");
}
