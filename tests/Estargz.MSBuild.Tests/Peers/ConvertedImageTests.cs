using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>The peers with an image that the reference tool made eStargz of.</summary>
[Trait("Category", "Real")]
[Collection("registry")]
public sealed class ConvertedImageTests(ConvertedImage converted) : IClassFixture<ConvertedImage>
{
    [Requires("root", "fuse", "peers", "docker-registry", "skopeo", "umoci", BaseImage.Tools, "containerd", "runc", "ctr-remote")]
    public async Task Containerd_starts_it_with_part_of_its_bytes()
    {
        var registry = await converted.RegistryAsync();
        await using var link = await Link.StartAsync(registry);
        await using var containerd = await Containerd.StartAsync(backgroundFetch: false);

        var start = await containerd.MeasureAsync(link, ConvertedImage.Name, lazily: true);

        Assert.Equal("Hello World!", start.Answer);
        var report = await ReferenceLibrary.VerifyAsync($"{registry.Host}/{ConvertedImage.Name}", "-require-estargz");
        Assert.True(report.Ok, report.Problems);
        Assert.Equal(report.Layers.Count, start.FuseMounts);
        Assert.InRange(start.Network.Received, 1_000_000, report.Layers.Sum(layer => layer.Size) * 3 / 4);
        Assert.All((await link.RequestsAsync()).Where(r => r.Path.Contains("/blobs/", StringComparison.Ordinal) && r.Received > 100_000), r => Assert.NotNull(r.Range));
    }

    [Requires("root", "fuse", "peers", "docker-registry", "skopeo", "umoci", BaseImage.Tools, "containerd", "runc", "ctr-remote", "podman")]
    public async Task Podman_pulls_it_file_by_file_and_starts_it()
    {
        var registry = await converted.RegistryAsync();
        await using var podman = new Podman(partialPull: true);

        var partial = await podman.PullAsync($"{registry.Host}/{ConvertedImage.Name}");

        Assert.Equal(4, partial);
        // A partial pull of podman 4.3.1 gives `/` mode 0700 when the top layer has no entry for it, as here.
        Assert.Equal("Hello World!", await podman.AskAsync($"{registry.Host}/{ConvertedImage.Name}", user: "0"));
    }

    [Requires("root", "fuse", "peers", "docker-registry", "skopeo", "umoci", BaseImage.Tools, "containerd", "runc", "ctr-remote")]
    public async Task The_judge_finds_every_lie_in_the_manifest()
    {
        var registry = await converted.RegistryAsync();
        const string Toc = "containerd.io/snapshot/stargz/toc.digest", Size = "io.containers.estargz.uncompressed-size";
        var lies = new (Action<JsonArray> Lie, string[] Problems)[]
        {
            (layers => layers.RemoveAt(0), ["3 layers", "4 diffIDs for 3 layers"]),
            (layers => (layers[0], layers[3]) = (layers[3]!.DeepClone(), layers[0]!.DeepClone()), ["(diffID)"]),
            (layers =>
            {
                layers[0]!["annotations"]![Toc] = "sha256:" + new string('0', 64);
                layers[1]!["annotations"]![Size] = "1";
                layers[2]!["annotations"]!.AsObject().Remove(Toc);
                layers[3]!["annotations"]!.AsObject().Remove(Size);
            }, ["the TOC's digest", "the size of the decompressed blob", "no annotation " + Toc, "no annotation " + Size]),
        };

        foreach (var (lie, problems) in lies)
        {
            var manifest = JsonNode.Parse(await Skopeo.InspectAsync($"{registry.Host}/{ConvertedImage.Name}"))!;
            lie(manifest["layers"]!.AsArray());
            await PushAsync(registry, manifest, "lie");

            var report = await ReferenceLibrary.VerifyAsync($"{registry.Host}/converted/web:lie");

            Assert.All(problems, problem => Assert.Contains(problem, report.Problems, StringComparison.Ordinal));
        }
    }

    private static async Task PushAsync(DockerRegistry registry, JsonNode manifest, string tag)
    {
        using var http = new HttpClient();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(manifest.ToJsonString()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.oci.image.manifest.v1+json");
        using var answer = await http.PutAsync(new Uri($"http://{registry.Host}/v2/converted/web/manifests/{tag}"), content);
        answer.EnsureSuccessStatusCode();
    }
}
