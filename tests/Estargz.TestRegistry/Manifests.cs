using System.Text.Json;

namespace Estargz.Testing;

/// <summary>Reads, takes in and deletes manifests (end-3, end-7, end-9).</summary>
internal sealed class Manifests(HttpContext context, Storage storage, string repository, string tagOrDigest)
{
    private const int SizeLimit = 4 * 1024 * 1024;

    public Task AnswerAsync() => context.Request.Method switch
    {
        "GET" or "HEAD" => ReadAsync(),
        "PUT" => WriteAsync(),
        "DELETE" => Delete(),
        _ => throw new RegistryException(405, "UNSUPPORTED", "not for manifests"),
    };

    private Task ReadAsync()
    {
        var digest = Find();
        context.Response.Headers["Docker-Content-Digest"] = digest;
        return Results.File(storage.PathOf(digest), storage.ManifestType(repository, digest)).ExecuteAsync(context);
    }

    private async Task WriteAsync()
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        if (buffer.Length > SizeLimit)
        {
            throw new RegistryException(413, "MANIFEST_INVALID", "manifest too large");
        }

        var bytes = buffer.ToArray();
        bool isDigest = Storage.IsDigest(tagOrDigest);
        if (isDigest && tagOrDigest != Storage.DigestOf(bytes))
        {
            throw new RegistryException(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
        }

        CheckReferences(bytes);
        var digest = storage.AddManifest(repository, context.Request.ContentType ?? "", bytes, isDigest ? null : tagOrDigest);
        context.Response.StatusCode = 201;
        context.Response.Headers.Location = $"/v2/{repository}/manifests/{digest}";
        context.Response.Headers["Docker-Content-Digest"] = digest;
    }

    /// <summary>A manifest whose blobs, or an index whose manifests, are not there would be a broken image.</summary>
    private void CheckReferences(byte[] bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            var root = json.RootElement;
            if (root.TryGetProperty("mediaType", out var type) && type.GetString() != context.Request.ContentType)
            {
                throw new RegistryException(400, "MANIFEST_INVALID", "mediaType is not the Content-Type");
            }

            IEnumerable<JsonElement> blobs = root.TryGetProperty("layers", out var layers) ? layers.EnumerateArray() : [];
            blobs = root.TryGetProperty("config", out var config) ? blobs.Prepend(config) : blobs;
            foreach (var digest in blobs.Select(blob => blob.GetProperty("digest").GetString()!).Where(digest => !storage.HasBlob(repository, digest)))
            {
                throw new RegistryException(400, "MANIFEST_BLOB_UNKNOWN", $"blob unknown to registry: {digest}");
            }

            IEnumerable<JsonElement> children = root.TryGetProperty("manifests", out var manifests) ? manifests.EnumerateArray() : [];
            foreach (var digest in children.Select(child => child.GetProperty("digest").GetString()!).Where(digest => storage.ManifestType(repository, digest) is null))
            {
                throw new RegistryException(400, "MANIFEST_UNKNOWN", $"manifest unknown to registry: {digest}");
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new RegistryException(400, "MANIFEST_INVALID", "manifest invalid");
        }
    }

    private Task Delete()
    {
        _ = Find();
        storage.RemoveManifest(repository, tagOrDigest);
        context.Response.StatusCode = 202;
        return Task.CompletedTask;
    }

    private string Find()
    {
        var digest = Storage.IsDigest(tagOrDigest) ? tagOrDigest : storage.TagDigest(repository, tagOrDigest);
        return digest is not null && storage.ManifestType(repository, digest) is not null ? digest
            : throw new RegistryException(404, "MANIFEST_UNKNOWN", "manifest unknown");
    }
}
