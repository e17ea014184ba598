using System.Text.Json.Nodes;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>tar-split, with which containers/storage makes the tar of a zstd:chunked layer again.</summary>
public static class TarSplit
{
    private const string Prefix = "io.github.containers.zstd-chunked.";

    /// <summary>
    /// Compares, in each layer of an image, the table of contents with the reference library's files and with tar-split's
    /// headers, and the tar made of both with the diffID.
    /// </summary>
    /// <returns>The number of layers.</returns>
    public static async Task<int> CompareAsync(string image)
    {
        using var folder = new TemporaryFolder();
        var manifest = JsonNode.Parse(await Skopeo.InspectAsync(image))!;
        await Skopeo.PullAsync(image, folder["layout:1"]);
        var diffIds = JsonNode.Parse(await File.ReadAllTextAsync(Blob(manifest["config"]!)))!["rootfs"]!["diff_ids"]!.AsArray();
        foreach (var (layer, diffId) in manifest["layers"]!.AsArray().Zip(diffIds))
        {
            var annotations = layer!["annotations"]!;
            Assert.Null(annotations["containerd.io/snapshot/stargz/toc.digest"]);
            var run = await Command.RunAsync(GoProgram.Path("zstdchunked"), [
                Blob(layer), (string)annotations[Prefix + "manifest-checksum"]!, (string)annotations[Prefix + "manifest-position"]!, (string)annotations[Prefix + "tarsplit-position"]!]);
            Assert.Equal((string)diffId!, run.Succeeded().Output.Trim());
        }

        return diffIds.Count;

        string Blob(JsonNode descriptor) => folder[$"layout/blobs/sha256/{((string)descriptor["digest"]!)["sha256:".Length..]}"];
    }
}
