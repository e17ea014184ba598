using System.Collections.Immutable;
using Estargz.Images;
using static Estargz.Tests.Images.ImageSample;

namespace Estargz.Tests.Images;

public class ManifestTests
{
    private const string Docker = """
        { "mediaType": "application/vnd.docker.distribution.manifest.v2+json", "x": {"b": 1.50, "a": "+é😀<"},
          "layers": [
            {"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "size": 10, "digest": "~1", "urls": ["https://example.org/1"]},
            {"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "size": 20, "digest": "~2", "annotations": {"k": "v"}}],
          "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 30, "digest": "~c"},
          "schemaVersion": 2, "annotations": {"z": "1", "a": "2"} }
        """;

    [Fact]
    public void What_is_read_is_what_stands_there_and_the_bytes_are_kept()
    {
        var content = Content(MediaType.DockerManifest, Docker);
        var manifest = Manifest.Parse(content, "the test");

        Assert.Same(content, manifest.Content);
        Assert.Equal((DigestOf('c'), 30L, MediaType.DockerConfig), (manifest.Config.Digest, manifest.Config.Size, manifest.Config.MediaType));
        Assert.Equal([DigestOf('1'), DigestOf('2')], manifest.Layers.Select(layer => layer.Digest));
        Assert.Equal("v", manifest.Layers[1].Annotations["k"]);
        Assert.Equal(["a", "z"], manifest.Annotations.Keys);
    }

    [Fact]
    public void A_changed_manifest_is_OCI_in_one_fixed_order_and_keeps_what_it_does_not_know()
    {
        var manifest = ReadManifest(Docker, MediaType.DockerManifest);
        var changed = manifest.With(
            new Descriptor(MediaType.Config, DigestOf('d'), 31),
            [manifest.Layers[0] with { MediaType = MediaType.LayerGzip },
             new Descriptor(MediaType.LayerGzip, DigestOf('3'), 21).With("b", "+").With("a", "1")],
            ImmutableSortedDictionary<string, string>.Empty.Add("a", "3"));

        Assert.Equal(
            Expand("""{'schemaVersion':2,'mediaType':'application/vnd.oci.image.manifest.v1+json',""" +
            """'config':{'mediaType':'application/vnd.oci.image.config.v1+json','digest':'~d','size':31},""" +
            """'layers':[{'mediaType':'application/vnd.oci.image.layer.v1.tar+gzip','digest':'~1','size':10,'urls':['https://example.org/1']},""" +
            """{'mediaType':'application/vnd.oci.image.layer.v1.tar+gzip','digest':'~3','size':21,'annotations':{'a':'1','b':'+'}}],""" +
            """'x':{'b':1.50,'a':'+é\uD83D\uDE00<'},'annotations':{'a':'3','z':'1'}}"""),
            Text(changed.Content));
        Assert.Equal(MediaType.Manifest, changed.Content.MediaType);
        Assert.Equal(2, manifest.Layers.Length);
    }

    [Theory]
    [InlineData("", "well-formed")]
    [InlineData("[]", "object")]
    [InlineData("{}", "schemaVersion")]
    [InlineData("\uFEFF{'schemaVersion':2,'config':C,'layers':[]}", "well-formed")]
    [InlineData("{'schemaVersion':1,'config':C,'layers':[]}", "only 2")]
    [InlineData("{'schemaVersion':2,'config':C}", "layers")]
    [InlineData("{'schemaVersion':2,'layers':[]}", "config")]
    [InlineData("{'schemaVersion':2,'config':C,'layers':[],'layers':[]}", "unique keys")]
    [InlineData("{'schemaVersion':2,'config':C,'layers':[],'manifests':[]}", "manifests")]
    [InlineData("{'schemaVersion':2,'config':C,'layers':[],'fsLayers':null}", "fsLayers")]
    [InlineData("{'schemaVersion':2,'config':C,'layers':{}}", "layers")]
    [InlineData("{'schemaVersion':2,'config':C,'layers':[null]}", "layers[0]")]
    [InlineData("{'schemaVersion':2,'config':C,'layers':[{'mediaType':'x','digest':'~1','size':-1}]}", "layers[0].size")]
    [InlineData("{'schemaVersion':2,'config':C,'layers':[{'mediaType':'x','digest':'~1','size':1.5}]}", "layers[0].size")]
    [InlineData("{'schemaVersion':2,'config':C,'layers':[{'mediaType':'x','digest':'~1','size':99999999999999999999}]}", "layers[0].size")]
    [InlineData("{'schemaVersion':2,'config':C,'layers':[{'mediaType':'x','digest':'../../etc','size':1}]}", "'../../etc'")]
    [InlineData("{'schemaVersion':2,'config':C,'layers':[{'mediaType':'x','digest':'a\\nb','size':1}]}", "'a?b'")]
    [InlineData("{'schemaVersion':2,'config':C,'layers':[{'mediaType':'x','digest':'~1','size':1,'annotations':{'a':1}}]}", "layers[0].annotations")]
    [InlineData("{'schemaVersion':2,'mediaType':'application/vnd.oci.image.index.v1+json','config':C,'layers':[]}", "came as")]
    [InlineData("{'schemaVersion':2,'config':C,'layers':[],'x':'\\ud800'}", "well-formed")]
    public void A_malformed_manifest_is_refused_with_the_place(string json, string named)
    {
        json = json.Replace("C", "{'mediaType':'c','digest':'~c','size':1}", StringComparison.Ordinal);
        var failure = Fails(DiagnosticCode.ImageMalformed, () => ReadManifest(json));
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
        Assert.Contains("test manifest", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused()
    {
        byte[] bytes = [.. "{\"schemaVersion\":2,\"x\":\""u8, 0xff, .. "\"}"u8];
        Fails(DiagnosticCode.ImageMalformed, () => Manifest.Parse(new Content(MediaType.Manifest, bytes), "the test"));
    }

    [Theory]
    [InlineData(Manifest.MaxLayers, true)]
    [InlineData(Manifest.MaxLayers + 1, false)]
    public void The_number_of_layers_is_limited(int layers, bool accepted)
    {
        var list = string.Join(',', Enumerable.Repeat("{'mediaType':'x','digest':'~1','size':1}", layers));
        var json = "{'schemaVersion':2,'config':{'mediaType':'c','digest':'~c','size':1},'layers':[" + list + "]}";
        if (accepted)
        {
            Assert.Equal(layers, ReadManifest(json).Layers.Length);
        }
        else
        {
            Assert.Contains("1000", Fails(DiagnosticCode.ImageMalformed, () => ReadManifest(json)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_index_in_the_place_of_a_manifest_is_told_as_that()
    {
        var index = Content(MediaType.Index, "{'schemaVersion':2,'mediaType':'application/vnd.oci.image.index.v1+json','manifests':[]}");
        Assert.Contains("an index inside an index", Fails(DiagnosticCode.ImageMalformed, () => Manifest.Parse(index, "the test")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_is_limited() => Fails(
        DiagnosticCode.ImageMalformed,
        () => ReadManifest("{'schemaVersion':2,'x':" + new string('[', 100_000) + new string(']', 100_000) + "}"));
}
