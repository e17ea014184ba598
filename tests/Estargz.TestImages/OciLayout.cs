using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Estargz.TestImages;

/// <summary>One image in an OCI image layout (OCI image spec, image-layout.md): what <see cref="MachineBaseImage"/> writes.</summary>
/// <param name="Folder">The folder of <c>oci-layout</c>, <c>index.json</c> and <c>blobs/</c>.</param>
/// <param name="Manifest">The image's manifest.</param>
/// <param name="Config">Its configuration.</param>
/// <param name="Layers">Its layers, plain tar.gz, lowest first.</param>
public sealed record OciLayout(string Folder, Blob Manifest, Blob Config, IReadOnlyList<Blob> Layers)
{
    internal const string LayerType = "application/vnd.oci.image.layer.v1.tar+gzip";
    private const string ConfigType = "application/vnd.oci.image.config.v1+json";
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>Writes configuration, manifest and index around layers that are already in <c>blobs/sha256</c>.</summary>
    internal static OciLayout Write(string folder, JsonObject config, IReadOnlyList<Blob> layers, string tag)
    {
        var blobs = BlobFolder(folder);
        var configuration = Blob.Keep(config, blobs, ConfigType);
        var manifest = Blob.Keep(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = configuration.Descriptor,
            ["layers"] = new JsonArray([.. layers.Select(layer => layer.Descriptor)]),
        }, blobs, ManifestType);

        var entry = manifest.Descriptor;
        entry["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = tag };
        File.WriteAllText(Path.Combine(folder, "index.json"), new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(entry) }.ToJsonString());
        File.WriteAllText(Path.Combine(folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        return new OciLayout(folder, manifest, configuration, layers);
    }

    internal static string BlobFolder(string folder) => Directory.CreateDirectory(Path.Combine(folder, "blobs", "sha256")).FullName;

    /// <summary>Pushes the image to a registry that asks for no credentials.</summary>
    /// <param name="registry">Its address: <c>http://localhost:5000</c>.</param>
    /// <param name="repository">The repository: <c>dotnet/aspnet</c>.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="cancellation">Stops the push.</param>
    public async Task PushAsync(Uri registry, string repository, string tag, CancellationToken cancellation = default)
    {
        using var http = new HttpClient { BaseAddress = registry };
        foreach (var blob in Layers.Append(Config))
        {
            await PushBlobAsync(http, repository, blob, cancellation);
        }

        using var manifest = Content(Manifest);
        using var answer = await http.PutAsync($"/v2/{repository}/manifests/{tag}", manifest, cancellation);
        answer.EnsureSuccessStatusCode();
    }

    // OCI distribution spec, "POST then PUT".
    private static async Task PushBlobAsync(HttpClient http, string repository, Blob blob, CancellationToken cancellation)
    {
        using var head = new HttpRequestMessage(HttpMethod.Head, $"/v2/{repository}/blobs/{blob.Digest}");
        using var known = await http.SendAsync(head, cancellation);
        if (known.StatusCode == HttpStatusCode.OK)
        {
            return;
        }

        using var upload = await http.PostAsync($"/v2/{repository}/blobs/uploads/", null, cancellation);
        upload.EnsureSuccessStatusCode();
        var location = new Uri(http.BaseAddress!, upload.Headers.Location!);
        using var content = Content(blob with { MediaType = "application/octet-stream" });
        using var answer = await http.PutAsync(new Uri(location + (location.Query.Length == 0 ? "?" : "&") + "digest=" + Uri.EscapeDataString(blob.Digest)), content, cancellation);
        answer.EnsureSuccessStatusCode();
    }

    private static StreamContent Content(Blob blob) =>
        new(File.OpenRead(blob.Path)) { Headers = { ContentType = new MediaTypeHeaderValue(blob.MediaType) } };
}
