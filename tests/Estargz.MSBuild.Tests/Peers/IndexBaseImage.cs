using System.Text;
using System.Text.Json.Nodes;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>
/// <see cref="BaseImage"/> for several platforms, under one index. Its layers are the same files for all; only the
/// configurations say otherwise. So an image for this machine's platform runs, and the others have the right shape.
/// </summary>
public static class IndexBaseImage
{
    /// <summary>Pushes it beside the base image, with the tag <c>index</c>: linux/amd64, linux/arm64/v8, windows/amd64.</summary>
    /// <param name="baseImage">Reference of the base image.</param>
    public static async Task<string> PushAsync(string baseImage)
    {
        JsonArray entries =
        [
            await PushAsync(baseImage, "linux", "amd64", new JsonObject()),
            await PushAsync(baseImage, "linux", "arm64", new JsonObject { ["variant"] = "v8" }),

            // Without os.version: of an entry that has one, the SDK makes a RID like win10-x64, which nothing matches.
            await PushAsync(baseImage, "windows", "amd64", new JsonObject()),
        ];
        await Repository.Of(baseImage).PushManifestAsync(
            "index", Repository.IndexType, new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = Repository.IndexType, ["manifests"] = entries });
        return baseImage[..baseImage.LastIndexOf(':')] + ":index";
    }

    private static async Task<JsonObject> PushAsync(string baseImage, string os, string architecture, JsonObject platform)
    {
        var repository = Repository.Of(baseImage);
        var manifest = JsonNode.Parse(await Skopeo.InspectAsync(baseImage))!;
        var config = JsonNode.Parse(await Skopeo.InspectAsync(baseImage, "--config"))!;
        (config["os"], config["architecture"]) = (os, architecture);
        var bytes = Encoding.UTF8.GetBytes(config.ToJsonString());
        (manifest["config"]!["digest"], manifest["config"]!["size"]) = (await repository.PushBlobAsync(bytes), bytes.Length);
        manifest["mediaType"] = Repository.ManifestType;
        var (digest, size) = await repository.PushManifestAsync(null, Repository.ManifestType, manifest);
        (platform["os"], platform["architecture"]) = (os, architecture);
        return new JsonObject { ["mediaType"] = Repository.ManifestType, ["digest"] = digest, ["size"] = size, ["platform"] = platform };
    }
}
