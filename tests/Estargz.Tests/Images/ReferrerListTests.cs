using System.Text;
using Estargz.Images;

namespace Estargz.Tests.Images;

public class ReferrerListTests
{
    private static readonly Descriptor s_image = new(MediaType.Manifest, Digest.OfBytes("image"u8), 5);

    private static Artifact Artifact(string type, string content) =>
        new(type, new Content("text/plain", Encoding.UTF8.GetBytes(content)).Descriptor) { Subject = s_image };

    [Fact]
    public void An_artifact_is_added_once_and_what_is_there_stays_as_it_is()
    {
        const string Foreign = """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2,"artifactType":"a/b","unknown":[1]}],"x":true}""";
        var list = ReferrerList.Parse(Encoding.UTF8.GetBytes(Foreign), "a list").With(Artifact("c/d", "one"));
        Assert.Same(list, list.With(Artifact("c/d", "one")));
        var again = ReferrerList.Parse(list.Content.Bytes, "a list");
        Assert.Equal(["a/b", "c/d"], again.Entries.Select(entry => entry.ArtifactType));
        Assert.Equal(Artifact("c/d", "one").ToManifest().Digest, again.Entries[1].Manifest.Digest);
        var text = Encoding.UTF8.GetString(list.Content.Bytes.Span);
        Assert.Contains("\"unknown\":[1]", text, StringComparison.Ordinal);
        Assert.EndsWith("\"x\":true}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_of_an_empty_list_makes_an_index()
    {
        var text = Encoding.UTF8.GetString(ReferrerList.Empty.With(Artifact("c/d", "one")).Content.Bytes.Span);
        Assert.StartsWith("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",""", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_artifact_names_its_image_without_the_annotations_of_its_layers_and_always_has_the_same_digest()
    {
        var manifest = (Artifact("c/d", "one") with { Subject = s_image.With("some", "thing") }).ToManifest();
        Assert.Equal(Artifact("c/d", "one").ToManifest().Digest, manifest.Digest);
        Assert.Equal($"sha256-{s_image.Digest.Hex}", ReferrerList.TagOf(s_image.Digest));
    }
}
