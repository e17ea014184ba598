using Estargz.Images;
using Estargz.Registries;

namespace Estargz.Tests.Registries;

/// <summary>What a registry that behaves gets and gives.</summary>
public sealed class RegistryTests : RegistryTest
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    public async Task Blob_is_pushed_in_one_piece_and_read_back(int size)
    {
        var bytes = Sample.Bytes(size);

        Assert.Equal(PushedBlob.Uploaded, await PushAsync(bytes));

        Assert.Empty(Asked("PATCH"));
        var put = Assert.Single(Server.Requests, request => request.Method == "PUT");
        Assert.Equal(size, put.BodyLength);
        Assert.Equal(size.ToString(System.Globalization.CultureInfo.InvariantCulture), put.Headers["Content-Length"]);
        var read = await Client.GetBlobAsync(Repository, Sample.Describe(bytes), size, None);
        Assert.Equal(bytes, read.Bytes.ToArray());
        using var copy = new MemoryStream();
        await Client.DownloadBlobAsync(Repository, Sample.Describe(bytes), copy, None);
        Assert.Equal(bytes, copy.ToArray());
    }

    [Fact]
    public async Task Blob_that_exists_is_not_sent()
    {
        var bytes = Sample.Bytes(100);
        Server.Storage.AddBlob(Repository, bytes);

        Assert.Equal(PushedBlob.Existed, await PushAsync(bytes));

        Assert.Empty(Asked("POST"));
    }

    [Fact]
    public async Task Blob_of_another_repository_is_mounted()
    {
        var bytes = Sample.Bytes(100);
        Server.Storage.AddBlob("base/image", bytes);

        Assert.Equal(PushedBlob.Mounted, await PushAsync(bytes, "base/image"));

        Assert.Empty(Asked("PUT"));
        Assert.True(await Client.HasBlobAsync(Repository, Sample.Describe(bytes), None));
    }

    [Fact]
    public async Task Mount_that_only_begins_an_upload_is_that_upload()
    {
        var bytes = Sample.Bytes(100);

        Assert.Equal(PushedBlob.Uploaded, await PushAsync(bytes, "base/image"));

        Assert.Single(Asked("POST"));
        Assert.Equal(0, Server.Storage.OpenUploads);
    }

    [Fact]
    public async Task Same_blob_twice_at_once_is_sent_once()
    {
        var bytes = Sample.Bytes(100_000);

        var pushed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PushAsync(bytes)));

        Assert.Single(pushed, PushedBlob.Uploaded);
        Assert.Equal(7, pushed.Count(one => one == PushedBlob.Existed));
        Assert.Single(Asked("PUT"));
    }

    [Fact]
    public async Task Part_of_a_blob_is_read()
    {
        var bytes = Sample.Bytes(1000);
        Server.Storage.AddBlob(Repository, bytes);

        var part = await Client.ReadBlobRangeAsync(Repository, Sample.Describe(bytes), 900, 51, None);

        Assert.Equal(bytes[900..951], part.ToArray());
        Assert.Equal("bytes=900-950", Server.Requests[^1].Headers["Range"]);
    }

    [Fact]
    public async Task Manifest_is_pushed_found_and_read_byte_for_byte()
    {
        var manifest = Sample.Index();

        await Client.PushManifestAsync(Repository, "1.0", manifest, None);

        var found = await Client.FindManifestAsync(Tag, None);
        Assert.NotNull(found);
        Assert.Equal((manifest.MediaType, manifest.Digest, manifest.Descriptor.Size), (found.MediaType, found.Digest, found.Size));
        var read = await Client.GetManifestAsync(Tag with { Digest = manifest.Digest }, None);
        Assert.Equal(manifest.MediaType, read.MediaType);
        Assert.Equal(manifest.Bytes.ToArray(), read.Bytes.ToArray());
        Assert.Equal(string.Join(", ", MediaType.Manifests), Server.Requests[^1].Headers["Accept"]);
    }

    [Fact]
    public async Task What_is_not_there_is_null_or_false()
    {
        Assert.Null(await Client.FindManifestAsync(Tag, None));
        Assert.False(await Client.HasBlobAsync(Repository, Sample.Describe([1]), None));
        var error = await FailsAsync(DiagnosticCode.NotFound, () => Client.GetManifestAsync(Tag, None));
        Assert.Contains("MANIFEST_UNKNOWN", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_access_check_leaves_nothing_behind()
    {
        await Client.CheckPushAccessAsync(Repository, None);

        Assert.Equal(0, Server.Storage.OpenUploads);
        Assert.Single(Asked("POST"));
        Assert.Single(Asked("DELETE"));
    }
}
