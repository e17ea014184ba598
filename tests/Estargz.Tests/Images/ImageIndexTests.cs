using Estargz.Images;
using static Estargz.Tests.Images.ImageSample;

namespace Estargz.Tests.Images;

public class ImageIndexTests
{
    private static string Entry(char digit, string more) =>
        "{'mediaType':'application/vnd.oci.image.manifest.v1+json','digest':'~" + digit + "','size':1" + more + "}";

    private static string On(string architecture, string? variant = null) =>
        ",'platform':{'os':'linux','architecture':'" + architecture + "'" + (variant is null ? "" : ",'variant':'" + variant + "'") + "}";

    private static ImageIndex Index(params string[] entries) => ImageIndex.Parse(
        Content(MediaType.Index, "{'schemaVersion':2,'manifests':[" + string.Join(',', entries) + "]}"), "the test index");

    private static readonly string[] Usual =
    [
        Entry('1', ",'platform':{'os':'unknown','architecture':'unknown'}"),
        Entry('2', On("amd64")),
        Entry('3', On("arm", "v6")),
        Entry('4', On("arm", "v7")),
        Entry('5', On("arm64", "v8")),
        Entry('6', On("amd64") + ",'annotations':{'vnd.docker.reference.type':'attestation-manifest'}"),
        Entry('7', On("amd64")),
    ];

    [Theory]
    [InlineData("linux-x64", '2')]
    [InlineData("linux-arm", '4')]
    [InlineData("linux-armv6", '3')]
    [InlineData("linux-musl-arm64", '5')]
    public void The_nearest_image_is_selected(string rid, char digit) =>
        Assert.Equal(DigestOf(digit), Index(Usual).Select(Platform.FromRuntimeIdentifier(rid, "the test"), "the base image").Digest);

    [Fact]
    public void An_older_variant_will_do() =>
        Assert.Equal(DigestOf('3'), Index(Usual[..3]).Select(new Platform("linux", "arm", "v7"), "the base image").Digest);

    [Fact]
    public void No_match_lists_what_there_is()
    {
        var failure = Fails(DiagnosticCode.PlatformMissing, () => Index(Usual).Select(new Platform("linux", "s390x"), "the base image x"));
        Assert.StartsWith(
            "the base image x has no image for linux/s390x. It has: 'linux/amd64', 'linux/arm/v6', 'linux/arm/v7', 'linux/arm64/v8'.",
            failure.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_attestation_is_never_selected()
    {
        var index = Index(Usual[0]);
        Fails(DiagnosticCode.PlatformMissing, () => index.Select(new Platform("unknown", "unknown"), "the base image"));
    }

    [Fact]
    public void The_only_image_of_an_index_without_platforms_fits()
    {
        Assert.Equal(DigestOf('8'), Index(Entry('8', ""), Usual[0]).Select(new Platform("linux", "amd64"), "the base image").Digest);
        Fails(DiagnosticCode.PlatformMissing, () => Index(Entry('8', ""), Entry('9', "")).Select(new Platform("linux", "amd64"), "the base image"));
    }

    [Theory]
    [InlineData("{'schemaVersion':2}")]
    [InlineData("{'schemaVersion':2,'manifests':[],'layers':[]}")]
    [InlineData("{'schemaVersion':2,'manifests':[],'config':{}}")]
    [InlineData("{'schemaVersion':2,'manifests':[],'mediaType':'application/vnd.oci.image.manifest.v1+json'}")]
    [InlineData("{'schemaVersion':2,'manifests':[{'mediaType':'x','digest':'~1','size':1,'platform':{'os':'linux'}}]}")]
    public void A_malformed_index_is_refused(string json) =>
        Fails(DiagnosticCode.ImageMalformed, () => ImageIndex.Parse(Content(MediaType.Index, json), "the test index"));

    [Fact]
    public void A_new_index_has_its_entries_in_their_order_and_the_platforms_that_they_name()
    {
        var index = ImageIndex.Create([
            new IndexEntry(new Descriptor(MediaType.Manifest, DigestOf('2'), 2), new Platform("linux", "arm64", "v8")),
            new IndexEntry(new Descriptor(MediaType.Manifest, DigestOf('1'), 1), new Platform("windows", "amd64", OsVersion: "10.0.1")),
            new IndexEntry(new Descriptor(MediaType.Manifest, DigestOf('3'), 3), null)]);

        Assert.Equal(
            Expand("{'schemaVersion':2,'mediaType':'application/vnd.oci.image.index.v1+json','manifests':["
                + "{'mediaType':'application/vnd.oci.image.manifest.v1+json','digest':'~2','size':2,'platform':{'architecture':'arm64','os':'linux','variant':'v8'}},"
                + "{'mediaType':'application/vnd.oci.image.manifest.v1+json','digest':'~1','size':1,'platform':{'architecture':'amd64','os':'windows','os.version':'10.0.1'}},"
                + "{'mediaType':'application/vnd.oci.image.manifest.v1+json','digest':'~3','size':3}]}"),
            Text(index.Content));
    }
}
