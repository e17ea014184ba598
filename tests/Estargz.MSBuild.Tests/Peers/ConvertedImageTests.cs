using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>The peers with an image that the reference tool made eStargz of.</summary>
[Trait("Category", "Real")]
[Collection("runtimes")]
public sealed class ConvertedImageTests(RegistryFixture registries)
{
    [Requires("base-image", "containerd")]
    public async Task Containerd_starts_it_with_part_of_its_bytes()
    {
        var image = await registries.ConvertedImageAsync();
        await using var link = await Link.StartAsync(await registries.RegistryAsync());
        await using var containerd = await Containerd.StartAsync(backgroundFetch: false);

        var start = await containerd.MeasureAsync(link, image, lazily: true);

        Assert.Equal("Hello World!", start.Answer);
        var report = await ReferenceLibrary.VerifyAsync(image, "-require-estargz");
        Assert.True(report.Ok, report.Problems);
        Assert.Equal(report.Layers.Count, start.FuseMounts);
        Assert.InRange(start.Network.Received, 1_000_000, report.Layers.Sum(layer => layer.Size) * 3 / 4);
        Assert.All((await link.RequestsAsync()).Where(r => r.Path.Contains("/blobs/", StringComparison.Ordinal) && r.Received > 100_000), r => Assert.NotNull(r.Range));
    }

    [Requires("base-image", "containerd", "podman")]
    public async Task Podman_pulls_it_file_by_file_and_starts_it()
    {
        var image = await registries.ConvertedImageAsync();
        await using var podman = new Podman(partialPull: true);

        var partial = await podman.PullAsync(image);

        Assert.Equal(4, partial);
        // A partial pull of podman 4.3.1 gives `/` mode 0700 when the top layer has no entry for it, as here.
        Assert.Equal("Hello World!", await podman.AskAsync(image, user: "0"));
    }

    [Requires("base-image", "containerd")]
    public async Task The_judge_finds_every_lie_in_the_manifest()
    {
        var image = await registries.ConvertedImageAsync();
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
            var manifest = JsonNode.Parse(await Skopeo.InspectAsync(image))!;
            lie(manifest["layers"]!.AsArray());
            var report = await ReferenceLibrary.VerifyAsync(await PushAsync(manifest));

            Assert.All(problems, problem => Assert.Contains(problem, report.Problems, StringComparison.Ordinal));
        }
    }

    private async Task<string> PushAsync(JsonNode manifest)
    {
        var registry = await registries.RegistryAsync();
        using var http = new HttpClient();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(manifest.ToJsonString()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.oci.image.manifest.v1+json");
        using var answer = await http.PutAsync(new Uri($"http://{registry.Host}/v2/converted/web/manifests/lie"), content);
        answer.EnsureSuccessStatusCode();
        return $"{registry.Host}/converted/web:lie";
    }
}
