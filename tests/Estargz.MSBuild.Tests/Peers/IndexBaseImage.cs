using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>
/// <see cref="BaseImage"/> for several platforms, under one index. Its layers are the same files for all; only the
/// configurations say otherwise. So an image for this machine's platform runs, and the others have the right shape.
/// </summary>
public static class IndexBaseImage
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const string IndexType = "application/vnd.oci.image.index.v1+json";

    /// <summary>Pushes it beside the base image, with the tag <c>index</c>: linux/amd64, linux/arm64/v8, windows/amd64.</summary>
    /// <param name="baseImage">Reference of the base image.</param>
    public static async Task<string> PushAsync(string baseImage)
    {
        var repository = baseImage[..baseImage.LastIndexOf(':')];
        using var http = new HttpClient();
        JsonArray entries =
        [
            await PushAsync(http, baseImage, "linux", "amd64", new JsonObject()),
            await PushAsync(http, baseImage, "linux", "arm64", new JsonObject { ["variant"] = "v8" }),

            // Without os.version: of an entry that has one, the SDK makes a RID like win10-x64, which nothing matches.
            await PushAsync(http, baseImage, "windows", "amd64", new JsonObject()),
        ];
        await PutManifestAsync(http, repository, "index", IndexType, new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = IndexType, ["manifests"] = entries });
        return repository + ":index";
    }

    private static async Task<JsonObject> PushAsync(HttpClient http, string baseImage, string os, string architecture, JsonObject platform)
    {
        var repository = baseImage[..baseImage.LastIndexOf(':')];
        var manifest = JsonNode.Parse(await Skopeo.InspectAsync(baseImage))!;
        var config = JsonNode.Parse(await Skopeo.InspectAsync(baseImage, "--config"))!;
        (config["os"], config["architecture"]) = (os, architecture);
        var bytes = Encoding.UTF8.GetBytes(config.ToJsonString());
        (manifest["config"]!["digest"], manifest["config"]!["size"]) = (await PushBlobAsync(http, repository, bytes), bytes.Length);
        manifest["mediaType"] = ManifestType;
        var (digest, size) = await PutManifestAsync(http, repository, null, ManifestType, manifest);
        (platform["os"], platform["architecture"]) = (os, architecture);
        return new JsonObject { ["mediaType"] = ManifestType, ["digest"] = digest, ["size"] = size, ["platform"] = platform };
    }

    private static async Task<string> PushBlobAsync(HttpClient http, string repository, byte[] blob)
    {
        var digest = Digest(blob);
        using var session = await http.PostAsync(Url(repository, "blobs/uploads/"), null);
        using var content = new ByteArrayContent(blob);
        using var answer = await http.PutAsync(new Uri($"{session.Headers.Location}&digest={digest}"), content);
        answer.EnsureSuccessStatusCode();
        return digest;
    }

    private static async Task<(string Digest, int Size)> PutManifestAsync(HttpClient http, string repository, string? tag, string mediaType, JsonNode manifest)
    {
        var bytes = Encoding.UTF8.GetBytes(manifest.ToJsonString());
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new(mediaType);
        using var answer = await http.PutAsync(Url(repository, "manifests/" + (tag ?? Digest(bytes))), content);
        answer.EnsureSuccessStatusCode();
        return (Digest(bytes), bytes.Length);
    }

    private static string Digest(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static Uri Url(string repository, string path)
    {
        int slash = repository.IndexOf('/', StringComparison.Ordinal);
        return new Uri($"http://{repository[..slash]}/v2/{repository[(slash + 1)..]}/{path}");
    }
}
