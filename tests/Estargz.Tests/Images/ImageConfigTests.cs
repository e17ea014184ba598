using Estargz.Images;
using static Estargz.Tests.Images.ImageSample;

namespace Estargz.Tests.Images;

public class ImageConfigTests
{
    private const string Sample = """
        {"architecture":"arm","os":"linux","variant":"v7","created":"2026-01-02T03:04:05.678Z","x-own":[1,"+"],
         "config":{"Env":["A=1","B=2"],"Entrypoint":["dotnet"],"Cmd":null,"User":"1654","WorkingDir":"/app/",
                   "Labels":{"org.opencontainers.image.created":"old","other":"kept"}},
         "rootfs":{"type":"layers","diff_ids":["~1"],"own":true},
         "history":[{"created":"c","created_by":"b","author":"a","empty_layer":true},{"comment":"k"}]}
        """;

    [Fact]
    public void What_is_read_is_what_stands_there()
    {
        var config = ReadConfig(Sample);
        Assert.Equal(new Platform("linux", "arm", "v7"), config.Platform);
        Assert.Equal("2026-01-02T03:04:05.678Z", config.Created);
        Assert.Equal([DigestOf('1')], config.DiffIds.AsEnumerable());
        Assert.Equal(["A=1", "B=2"], config.Env.AsEnumerable());
        Assert.Equal(["dotnet"], config.Entrypoint.AsEnumerable());
        Assert.Empty(config.Cmd);
        Assert.Equal(("1654", "/app/"), (config.User, config.WorkingDirectory));
        Assert.Equal("kept", config.Labels["other"]);
        Assert.Equal([true, false], config.History.Select(entry => entry.EmptyLayer));
        Assert.Equal(("c", "b"), (config.History[0].Created, config.History[0].CreatedBy));
    }

    [Fact]
    public void A_change_keeps_what_it_does_not_know()
    {
        var config = ReadConfig(Sample);
        var changed = config
            .WithCreated(new DateTimeOffset(2026, 11, 24, 13, 0, 0, TimeSpan.FromHours(2)), [Annotation.Created, "other.name"])
            .With([DigestOf('2'), DigestOf('3')], [.. config.History, new HistoryEntry { CreatedBy = "Estargz" }]);

        Assert.Equal(
            Expand("""{'architecture':'arm','os':'linux','variant':'v7','created':'2026-11-24T11:00:00Z','x-own':[1,'+'],""" +
            """'config':{'Env':['A=1','B=2'],'Entrypoint':['dotnet'],'Cmd':null,'User':'1654','WorkingDir':'/app/',""" +
            """'Labels':{'org.opencontainers.image.created':'2026-11-24T11:00:00Z','other':'kept'}},""" +
            """'rootfs':{'type':'layers','diff_ids':['~2','~3'],'own':true},""" +
            """'history':[{'created':'c','created_by':'b','empty_layer':true,'author':'a'},{'comment':'k'},{'created_by':'Estargz'}]}"""),
            Text(changed.Content));
        Assert.Equal("2026-01-02T03:04:05.678Z", config.Created);
    }

    [Theory]
    [InlineData("{'os':'linux','rootfs':{'diff_ids':[]}}", "architecture")]
    [InlineData("{'os':'linux','architecture':'a','rootfs':[]}", "rootfs")]
    [InlineData("{'os':'linux','architecture':'a','rootfs':{'diff_ids':['x']}}", "rootfs.diff_ids[0]")]
    [InlineData("{'os':'linux','architecture':'a','history':[{'empty_layer':1}]}", "history[0].empty_layer")]
    [InlineData("{'os':'linux','architecture':'a','config':{'Env':[1]}}", "config.Env[0]")]
    [InlineData("{'os':'linux','architecture':'a','config':{'Labels':{'a':[]}}}", "config.Labels")]
    public void A_malformed_configuration_is_refused_with_the_place(string json, string named) =>
        Assert.Contains(named, Fails(DiagnosticCode.ImageMalformed, () => ReadConfig(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_artifact_is_told_as_that()
    {
        var empty = Content("application/vnd.oci.empty.v1+json", "{}");
        var failure = Fails(DiagnosticCode.ImageMalformed, () => ImageConfig.Parse(empty, "registry.example.com/sbom:1"));
        Assert.StartsWith("registry.example.com/sbom:1 is no image but an artifact: ", failure.Message, StringComparison.Ordinal);
    }
}
