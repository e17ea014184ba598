using Estargz.Images;
using Estargz.Testing;

namespace Estargz.Tests.Registries;

/// <summary>Blobs that arrive damaged, late or from elsewhere.</summary>
public sealed class BlobDownloadTests : RegistryTest
{
    private readonly byte[] _bytes = Sample.Bytes(500_000);

    private Descriptor Blob => Sample.Describe(_bytes);

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Server.Storage.AddBlob(Repository, _bytes);
    }

    [Fact]
    public async Task Broken_download_goes_on_where_it_stopped()
    {
        Server.On("GET", "/blobs/", Responses.Truncate(200_000)).Times(2);

        Assert.Equal(_bytes, await DownloadAsync());

        var ranges = Server.Requests.Where(request => request.Method == "GET").Select(request => request.Headers.GetValueOrDefault("Range")).ToList();
        Assert.Equal(3, ranges.Count);
        Assert.Null(ranges[0]);
        Assert.All(ranges[1..], range => Assert.EndsWith("-499999", range, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Broken_download_goes_on_without_ranges_too()
    {
        Server.On("GET", "/blobs/", (context, next) =>
        {
            context.Request.Headers.Remove("Range");
            return next();
        });
        Server.On("GET", "/blobs/", Responses.Truncate(200_000)).Times(1);

        Assert.Equal(_bytes, await DownloadAsync());
    }

    [Fact]
    public async Task Broken_download_begins_anew_where_the_rest_cannot_be_had()
    {
        Server.On(request => request.Headers.ContainsKey("Range"), Responses.Status(416));
        Server.On("GET", "/blobs/", Responses.Truncate(200_000)).Times(1);

        Assert.Equal(_bytes, await DownloadAsync());
        Assert.Equal(_bytes[1000..1010], (await Client.ReadBlobRangeAsync(Repository, Blob, 1000, 10, None)).ToArray());
    }

    [Fact]
    public async Task Line_that_breaks_again_and_again_is_good_enough_as_long_as_something_comes()
    {
        Server.On("GET", "/blobs/", Responses.Truncate(40_000)).Times(9);

        Assert.Equal(_bytes, await DownloadAsync());
    }

    [Fact]
    public async Task Tries_without_a_byte_count()
    {
        int gets = 0;
        Server.On("GET", "/blobs/", (context, next) => (++gets <= 2 ? Responses.Truncate(40_000) : Responses.Reset())(context, next));

        await FailsAsync(DiagnosticCode.RegistryUnreachable, DownloadAsync);
        Assert.Equal(7, Asked("GET").Count);
    }

    [Fact]
    public async Task Refusal_of_a_download_is_not_called_one_of_an_upload()
    {
        Server.On("GET", "/blobs/", Responses.Error(400, "UNSUPPORTED"));

        var error = await FailsAsync(DiagnosticCode.RegistryAnswer, DownloadAsync);
        Assert.Contains("UNSUPPORTED", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_part_than_asked_for_is_refused()
    {
        Server.On("GET", "/blobs/", (context, next) =>
        {
            context.Request.Headers.Range = "bytes=0-9";
            return next();
        });

        await FailsAsync(DiagnosticCode.RegistryAnswer, () => Client.ReadBlobRangeAsync(Repository, Blob, 100, 10, None));
    }

    [Fact]
    public async Task Server_without_ranges_gives_a_part_all_the_same()
    {
        Server.On("GET", "/blobs/", (context, next) =>
        {
            context.Request.Headers.Remove("Range");
            return next();
        });

        var part = await Client.ReadBlobRangeAsync(Repository, Blob, 1000, 10, None);

        Assert.Equal(_bytes[1000..1010], part.ToArray());
    }

    [Fact]
    public async Task Flipped_byte_is_noticed()
    {
        var path = Server.Storage.PathOf(Blob.Digest.ToString());
        _bytes[1234] ^= 1;
        var damaged = _bytes.ToArray();
        _bytes[1234] ^= 1;
        await File.WriteAllBytesAsync(path, damaged);

        await FailsAsync(DiagnosticCode.DigestMismatch, DownloadAsync);
        await FailsAsync(DiagnosticCode.DigestMismatch, () => Client.GetBlobAsync(Repository, Blob, 1_000_000, None));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Wrong_size_is_noticed_without_reading_on(int more)
    {
        using var copy = new MemoryStream();

        await FailsAsync(DiagnosticCode.DigestMismatch,
            () => Client.DownloadBlobAsync(Repository, Blob with { Size = Blob.Size + more }, copy, None));

        Assert.True(copy.Length <= Blob.Size);
    }

    [Fact]
    public async Task Blob_over_the_limit_is_not_asked_for()
    {
        await FailsAsync(DiagnosticCode.ImageMalformed, () => Client.GetBlobAsync(Repository, Blob, 1000, None));

        Assert.Empty(Server.Requests);
    }

    [Fact]
    public async Task Claimed_compression_changes_no_byte()
    {
        Server.On("GET", "/blobs/", Responses.Header("Content-Encoding", "gzip"));

        Assert.Equal(_bytes, await DownloadAsync());
    }

    [Fact]
    public async Task Sha512_digest_is_checked_too()
    {
        Assert.True(Digest.TryParse("sha512:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(_bytes)), out var digest));
        var blob = Blob with { Digest = digest };
        await Client.PushBlobAsync(Repository, blob, () => new MemoryStream(_bytes), null, None);

        Assert.Equal(_bytes, (await Client.GetBlobAsync(Repository, blob, _bytes.Length, None)).Bytes.ToArray());
    }

    private async Task<byte[]> DownloadAsync()
    {
        using var copy = new MemoryStream();
        await Client.DownloadBlobAsync(Repository, Blob, copy, None);
        return copy.ToArray();
    }
}
