using System.Text;
using Estargz.Images;
using Estargz.Testing;

namespace Estargz.Tests.Registries;

/// <summary>Artifacts that refer to an image, on registries that list them and on those that do not.</summary>
public sealed class ReferrersTests : RegistryTest
{
    private static readonly Descriptor s_image = new(MediaType.Manifest, Digest.OfBytes("image"u8), 5);

    private static Content Blob(string text) => new("text/plain", Encoding.UTF8.GetBytes(text));

    private Task PushAsync(string type, string text) => Client.PushArtifactAsync(
        Repository, new Artifact(type, Blob(text).Descriptor) { Subject = s_image }, Blob(text).OpenRead, None);

    private async Task<string[]> ListAsync(string type) =>
        [.. (await Client.ListReferrersAsync(Repository, s_image.Digest, type, None)).Select(d => d.Digest.ToString())];

    private static string DigestOf(string type, string text) =>
        new Artifact(type, Blob(text).Descriptor) { Subject = s_image }.ToManifest().Digest.ToString();

    [Fact]
    public async Task Without_the_API_a_tag_lists_them()
    {
        Server.On("GET", "/referrers/", Responses.Error(404, "NOT_FOUND"));
        Assert.Empty(await ListAsync("a/b"));

        await PushAsync("a/b", "one");
        await PushAsync("c/d", "two");
        await PushAsync("a/b", "three");
        await PushAsync("a/b", "one");

        Assert.Equal([DigestOf("a/b", "one"), DigestOf("a/b", "three")], await ListAsync("a/b"));
        Assert.Equal([DigestOf("c/d", "two")], await ListAsync("c/d"));
        Assert.Equal(3, Server.Requests.Count(r => r.Method == "PUT" && r.Path.EndsWith("/manifests/sha256-" + s_image.Digest.Hex, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task With_the_API_no_tag_is_written_and_all_pages_are_read()
    {
        Server.On("PUT", "/manifests/", Responses.Header("OCI-Subject", s_image.Digest.ToString()));
        Server.On("GET", "/referrers/", Responses.Status(200, """{"schemaVersion":2,"manifests":[]}""", MediaType.Index));
        await PushAsync("a/b", "one");
        Assert.DoesNotContain(Server.Requests, r => r.Path.Contains("sha256-", StringComparison.Ordinal));

        Server.On(r => r.Path.Value!.Contains("/referrers/", StringComparison.Ordinal) && r.Query.Count == 0, Responses.Status(
            200, ListOf(("a/b", "one"), ("c/d", "two")), MediaType.Index, ("Link", $"</v2/{Repository}/referrers/{s_image.Digest}?n=2>; rel=\"next\"")));
        Server.On(r => r.Path.Value!.Contains("/referrers/", StringComparison.Ordinal) && r.Query.Count == 1, Responses.Status(200, ListOf(("a/b", "three")), MediaType.Index));
        Assert.Equal([DigestOf("a/b", "one"), DigestOf("a/b", "three")], await ListAsync("a/b"));
    }

    [Fact]
    public async Task A_next_page_on_another_host_is_not_asked_for()
    {
        Server.On("GET", "/referrers/", Responses.Status(200, ListOf(("a/b", "one")), MediaType.Index, ("Link", "<https://example.org/v2/>; rel=\"next\"")));
        Assert.Equal([DigestOf("a/b", "one")], await ListAsync("a/b"));
    }

    [Fact]
    public async Task What_is_no_list_is_not_believed()
    {
        Server.On("GET", "/referrers/", Responses.Html());
        Assert.Equal(DiagnosticCode.RegistryAnswer, (await Assert.ThrowsAsync<EstargzException>(() => ListAsync("a/b"))).Code);
    }

    [Fact]
    public async Task An_image_under_the_tag_of_a_list_stays_there()
    {
        Server.On("GET", "/referrers/", Responses.Error(404, "NOT_FOUND"));
        var tag = "sha256-" + s_image.Digest.Hex;
        var other = new Artifact("a/b", Blob("one").Descriptor);
        await Client.PushArtifactAsync(Repository, other, Blob("one").OpenRead, None);
        await Client.PushManifestAsync(Repository, tag, other.ToManifest(), None);

        var error = await Assert.ThrowsAsync<EstargzException>(() => PushAsync("a/b", "two"));

        Assert.Equal(DiagnosticCode.RegistryAnswer, error.Code);
        Assert.Contains(tag, error.Message, StringComparison.Ordinal);
        Assert.Single(Server.Requests, r => r.Method == "PUT" && r.Path.EndsWith("/manifests/" + tag, StringComparison.Ordinal));
    }

    private static string ListOf(params (string Type, string Text)[] artifacts) => Encoding.UTF8.GetString(artifacts.Aggregate(
        ReferrerList.Empty, (list, next) => list.With(new Artifact(next.Type, Blob(next.Text).Descriptor) { Subject = s_image })).Content.Bytes.Span);
}
