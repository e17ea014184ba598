using Estargz.Images;
using static Estargz.Tests.Images.ImageSample;

namespace Estargz.Tests.Images;

public class ImageAssemblyTests
{
    // A Docker base of two layers, as a registry serves it: a plain one, and a zstd:chunked one with annotations.
    private const string BaseManifest = """
        {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",
         "config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":5,"digest":"~b"},
         "layers":[
          {"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":11,"digest":"~1",
           "annotations":{"org.example.kept":"yes","containerd.io/snapshot/stargz/toc.digest":"~f"}},
          {"mediaType":"application/vnd.docker.image.rootfs.diff.tar.zstd","size":12,"digest":"~2",
           "annotations":{"org.example.kept":"too","io.github.containers.zstd-chunked.manifest-checksum":"~e","containerd.io/uncompressed":"~4"}}],
         "annotations":{"org.opencontainers.image.version":"12.1"}}
        """;

    private const string BaseConfig = """
        {"architecture":"arm","os":"linux","variant":"v7","os.features":["f"],"author":"base author","created":"2025-01-01T00:00:00Z",
         "config":{"Env":["PATH=/bin"],"Cmd":["sh"],"OnBuild":["RUN x"],"Shell":["/bin/bash","-c"],
                   "Healthcheck":{"Test":["CMD","true"],"Interval":30000000000}},
         "rootfs":{"type":"layers","diff_ids":["~3","~4"]},
         "history":[{"created":"2025-01-01T00:00:00Z","created_by":"ADD rootfs"},{"created_by":"ENV x","empty_layer":true},{"created_by":"RUN y"}]}
        """;

    // What CreateNewImage makes of it over an empty folder.
    private const string SdkManifest = """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1\u002Bjson",
         "config":{"mediaType":"application/vnd.oci.image.config.v1\u002Bjson","size":6,"digest":"~a"},
         "layers":[
          {"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":11,"digest":"~1"},
          {"mediaType":"application/vnd.docker.image.rootfs.diff.tar.zstd","size":12,"digest":"~2"},
          {"mediaType":"application/vnd.oci.image.layer.v1.tar\u002Bgzip","size":99,"digest":"~9"}]}
        """;

    private const string SdkConfig = """
        {"config":{"Env":["PATH=/bin","A=1"],"WorkingDir":"/app/","Entrypoint":["dotnet","/app/x.dll"],
                   "Labels":{"org.opencontainers.image.created":"2026-05-05T05:05:05.1234567Z","org.opencontainers.artifact.created":"2026-05-05T05:05:05.1234567Z","t":"\u002B"}},
         "created":"2026-05-05T05:05:05.1234567Z",
         "rootfs":{"type":"layers","diff_ids":["~3","~4","~8"]},
         "architecture":"arm","os":"linux",
         "history":[{"created":"2025-01-01T00:00:00Z","created_by":"ADD rootfs"},{"created_by":"ENV x","empty_layer":true},{"created_by":"RUN y"},
                    {"created":"2026-05-05T05:05:05.1234567Z","author":".NET SDK","created_by":".NET SDK Container Tooling, version 10.0.401"}]}
        """;

    private static Image Base(string config = BaseConfig) => Image.Create(
        ReadManifest(BaseManifest, MediaType.DockerManifest), ReadConfig(config), "the base image");

    private static readonly ImageAssembly Assembly = new()
    {
        Sdk = Image.Create(ReadManifest(SdkManifest), ReadConfig(SdkConfig), "the SDK's image"),
        Base = Base(),
        BaseName = "docker.io/library/base:1",
        Annotations = [new("org.example", "mine", OnManifest: true, OnIndex: true), new("org.example.index", "not here", OnManifest: false, OnIndex: true)],
        BaseLayers =
        [
            new(new Descriptor(MediaType.DockerLayerGzip, DigestOf('1'), 11), DigestOf('3')),
            new(new Descriptor(MediaType.LayerGzip, DigestOf('5'), 15).With(Annotation.TocDigest, "toc5"), DigestOf('6')),
        ],
        AppLayers =
        [
            new(new Descriptor(MediaType.LayerGzip, DigestOf('7'), 17).With(Annotation.TocDigest, "toc7"), DigestOf('d')) { CreatedBy = "packages" },
            new(new Descriptor(MediaType.LayerGzip, DigestOf('8'), 18).With(Annotation.TocDigest, "toc8"), DigestOf('e')) { CreatedBy = "app" },
        ],
        Created = DateTimeOffset.FromUnixTimeSeconds(1700000000),
        TimeLabels = [Annotation.Created, Annotation.ArtifactCreated],
    };

    [Fact]
    public void The_configuration_is_the_SDKs_with_our_layers_and_what_the_SDK_lost_of_the_base() => Assert.Equal(
        Expand("""{'config':{'Env':['PATH=/bin','A=1'],'WorkingDir':'/app/','Entrypoint':['dotnet','/app/x.dll'],""" +
        """'Labels':{'org.opencontainers.image.created':'2023-11-14T22:13:20Z','org.opencontainers.artifact.created':'2023-11-14T22:13:20Z','t':'+'},""" +
        """'Healthcheck':{'Test':['CMD','true'],'Interval':30000000000},'Shell':['/bin/bash','-c']},""" +
        """'created':'2023-11-14T22:13:20Z','rootfs':{'type':'layers','diff_ids':['~3','~6','~d','~e']},'architecture':'arm','os':'linux',""" +
        """'history':[{'created':'2025-01-01T00:00:00Z','created_by':'ADD rootfs'},{'created_by':'ENV x','empty_layer':true},{'created_by':'RUN y'},""" +
        """{'created':'2023-11-14T22:13:20Z','created_by':'packages'},{'created':'2023-11-14T22:13:20Z','created_by':'app'}],""" +
        """'variant':'v7','os.features':['f']}"""),
        Text(Assembly.Assemble().Config.Content));

    [Fact]
    public void The_manifest_is_OCI_with_the_base_layers_annotations_and_ours_over_them()
    {
        var image = Assembly.Assemble();
        var config = image.Config.Content.Descriptor;
        Assert.Equal(
            Expand("""{'schemaVersion':2,'mediaType':'application/vnd.oci.image.manifest.v1+json','config':{'mediaType':'application/vnd.oci.image.config.v1+json',""" +
            $"'digest':'{config.Digest}','size':{config.Size}" +
            """},'layers':[{'mediaType':'application/vnd.oci.image.layer.v1.tar+gzip','digest':'~1','size':11,'annotations':{'containerd.io/snapshot/stargz/toc.digest':'~f','org.example.kept':'yes'}},""" +
            """{'mediaType':'application/vnd.oci.image.layer.v1.tar+gzip','digest':'~5','size':15,'annotations':{'containerd.io/snapshot/stargz/toc.digest':'toc5','org.example.kept':'too'}},""" +
            """{'mediaType':'application/vnd.oci.image.layer.v1.tar+gzip','digest':'~7','size':17,'annotations':{'containerd.io/snapshot/stargz/toc.digest':'toc7'}},""" +
            """{'mediaType':'application/vnd.oci.image.layer.v1.tar+gzip','digest':'~8','size':18,'annotations':{'containerd.io/snapshot/stargz/toc.digest':'toc8'}}],""" +
            """'annotations':{'org.example':'mine',""" +
            $"'org.opencontainers.image.base.digest':'{Assembly.Base.Manifest.Content.Digest}'," +
            """'org.opencontainers.image.base.name':'docker.io/library/base:1','org.opencontainers.image.created':'2023-11-14T22:13:20Z'}}"""),
            Text(image.Manifest.Content));
    }

    [Fact]
    public void Without_a_time_the_SDKs_times_stay()
    {
        var config = (Assembly with { Created = null }).Assemble().Config;
        Assert.Equal("2026-05-05T05:05:05.1234567Z", config.Created);
        Assert.Equal("2026-05-05T05:05:05.1234567Z", config.History[^1].Created);
        Assert.Equal("2026-05-05T05:05:05.1234567Z", config.Labels[Annotation.Created]);
    }

    [Theory]
    [InlineData("""{"architecture":"arm","os":"linux","rootfs":{"type":"layers","diff_ids":["~3","~4"]}}""")]
    [InlineData("""{"architecture":"arm","os":"linux","rootfs":{"type":"layers","diff_ids":["~3","~4"]},"history":[{"created_by":"only one"}]}""")]
    public void The_history_fits_the_layers_even_where_the_bases_does_not(string baseConfig)
    {
        var history = (Assembly with { Base = Base(baseConfig) }).Assemble().Config.History;
        Assert.Equal(["base image", "base image", "packages", "app"], history.Select(entry => entry.CreatedBy));
        Assert.DoesNotContain(history, entry => entry.EmptyLayer);
    }

    [Fact]
    public void An_image_of_base_layers_alone_is_possible() =>
        Assert.Equal(2, (Assembly with { AppLayers = [] }).Assemble().Manifest.Layers.Length);

    [Fact]
    public void Counts_that_do_not_fit_are_named()
    {
        Assert.Contains(
            "2 layers, but 1",
            Fails(DiagnosticCode.ImageMalformed, () => (Assembly with { BaseLayers = Assembly.BaseLayers[..1] }).Assemble()).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "image of 2 layers; with this base image it must be 3",
            Fails(DiagnosticCode.ImageMalformed, () => (Assembly with { Sdk = Base() }).Assemble()).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "3 layers, its configuration 2",
            Fails(DiagnosticCode.ImageMalformed, () => Image.Create(ReadManifest(SdkManifest), ReadConfig(BaseConfig), "x")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Another_base_under_the_same_tag_is_noticed() => Assert.Contains(
        "tag may have moved",
        Fails(DiagnosticCode.ImageMalformed, () => (Assembly with { Base = Base(BaseConfig.Replace("~4", "~0", StringComparison.Ordinal)) }).Assemble()).Message,
        StringComparison.Ordinal);
}
