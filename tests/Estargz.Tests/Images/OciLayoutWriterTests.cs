using System.Text;
using Estargz.Images;
using Estargz.Layers;
using static Estargz.Tests.Images.ImageSample;

namespace Estargz.Tests.Images;

public sealed class OciLayoutWriterTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    private string Folder => _scratch["oci"];

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task A_tag_names_the_last_image_and_the_others_stay_with_all_that_they_say()
    {
        _scratch.Write("oci/oci-layout", """{"imageLayoutVersion":"1.0.0","note":1}"""u8);
        _scratch.Write("oci/index.json", Encoding.UTF8.GetBytes(Expand(
            "{'schemaVersion':2,'annotations':{'a':'b'},'manifests':[" +
            "{'mediaType':'" + MediaType.Manifest + "','digest':'~1','size':1,'urls':['u'],'annotations':{'org.opencontainers.image.ref.name':'old'}}," +
            "{'mediaType':'" + MediaType.Manifest + "','digest':'~2','size':1,'annotations':{'org.opencontainers.image.ref.name':'moves'}}]}")));
        var writer = new OciLayoutWriter(Folder);
        await writer.CreateAsync(default);

        await writer.TagAsync(new Descriptor(MediaType.Manifest, DigestOf('3'), 3), "docker.io/library/hello", ["moves", "new"], default);

        var index = OciLayout.Open(Folder).Index;
        Assert.Equal(
            [("old", DigestOf('1')), ("moves", DigestOf('3')), ("new", DigestOf('3'))],
            index.Entries.Select(entry => (entry.Descriptor.Annotations[Annotation.RefName], entry.Descriptor.Digest)));
        Assert.Equal("docker.io/library/hello:new", index.Entries[2].Descriptor.Annotations[Annotation.ContainerdName]);
        Assert.Contains("\"urls\":[\"u\"]", Text(index.Content), StringComparison.Ordinal);
        Assert.Contains("\"annotations\":{\"a\":\"b\"}", Text(index.Content), StringComparison.Ordinal);
        Assert.Contains("note", File.ReadAllText(_scratch["oci/oci-layout"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_that_tag_at_once_lose_nothing()
    {
        string[] tags = [.. Enumerable.Range(0, 20).Select(i => $"t{i}")];

        await Task.WhenAll(tags.Select(tag => Task.Run(async () =>
        {
            var writer = new OciLayoutWriter(Folder);
            await writer.CreateAsync(default);
            await writer.TagAsync(new Descriptor(MediaType.Manifest, DigestOf('3'), 3), "docker.io/library/hello", [tag], default);
        })));

        Assert.Equal(
            tags.Order(StringComparer.Ordinal),
            OciLayout.Open(Folder).Index.Entries.Select(entry => entry.Descriptor.Annotations[Annotation.RefName]).Order(StringComparer.Ordinal));
        Assert.Equal(["index.json", "oci-layout"], Directory.EnumerateFiles(Folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_blob_is_there_whole_or_not_at_all()
    {
        var content = Content(MediaType.Config, "{}");
        var writer = new OciLayoutWriter(Folder);
        await writer.CreateAsync(default);

        await FailsAsync(DiagnosticCode.DigestMismatch, () => writer.AddBlobAsync(content.Descriptor, () => new MemoryStream("{ "u8.ToArray()), default));
        await FailsAsync(DiagnosticCode.DigestMismatch, () => writer.AddBlobAsync(content.Descriptor, () => new MemoryStream("{}}"u8.ToArray()), default));
        await FailsAsync(DiagnosticCode.DigestMismatch, () => writer.AddBlobAsync(content.Descriptor, () => new MemoryStream("{"u8.ToArray()), default));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writer.AddBlobAsync(content.Descriptor, content.OpenRead, new CancellationToken(canceled: true)));
        Assert.Empty(Directory.EnumerateFiles(Folder + "/blobs", "*", SearchOption.AllDirectories));
        Assert.False(await writer.HasBlobAsync(content.Descriptor, default));

        await writer.AddBlobAsync(content.Descriptor, content.OpenRead, default);
        await writer.AddBlobAsync(content.Descriptor, () => throw new InvalidOperationException("It is there already."), default);
        Assert.Equal(content.Bytes.ToArray(), OciLayout.Open(Folder).ReadContent(content.Descriptor).Bytes.ToArray());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}}")]
    [InlineData("")]
    public async Task A_damaged_blob_is_replaced(string damaged)
    {
        var content = Content(MediaType.Config, "{}");
        var writer = new OciLayoutWriter(Folder);
        await writer.CreateAsync(default);
        await writer.AddBlobAsync(content.Descriptor, content.OpenRead, default);
        Assert.True(await writer.HasBlobAsync(content.Descriptor, default));
        File.WriteAllText(Assert.Single(Directory.GetFiles(Folder + "/blobs", "*", SearchOption.AllDirectories)), damaged);

        Assert.False(await writer.HasBlobAsync(content.Descriptor, default));
        await writer.AddBlobAsync(content.Descriptor, content.OpenRead, default);

        Assert.Equal(content.Bytes.ToArray(), OciLayout.Open(Folder).ReadContent(content.Descriptor).Bytes.ToArray());
    }

    [Fact]
    public async Task Other_files_are_left_alone()
    {
        _scratch.Write("oci/notes.txt", "mine"u8);

        await FailsAsync(DiagnosticCode.DestinationUnwritable, () => new OciLayoutWriter(Folder).CreateAsync(default));
        await FailsAsync(DiagnosticCode.DestinationUnwritable, () => new OciLayoutWriter(_scratch["oci/notes.txt"]).CreateAsync(default));
        _scratch.Write("later/oci-layout", """{"imageLayoutVersion":"2.0.0"}"""u8);
        await FailsAsync(DiagnosticCode.ImageMalformed, () => new OciLayoutWriter(_scratch["later"]).CreateAsync(default));

        Assert.Equal(["notes.txt"], Directory.EnumerateFileSystemEntries(Folder).Select(file => Path.GetFileName(file)));
    }

    private static async Task FailsAsync(string code, Func<Task> action)
    {
        var failure = await Assert.ThrowsAsync<EstargzException>(action);
        Assert.Equal(code, failure.Code);
    }
}
