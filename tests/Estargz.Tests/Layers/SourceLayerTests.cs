using System.IO.Compression;
using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

public class SourceLayerTests
{
    private static byte[] Tar { get; } = new TarBuilder().Add("d/", '5').Add("d/a", content: "0123456789").Add("d/b", content: "bb").Ended;

    private static byte[] Gzip(byte[] bytes)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return output.ToArray();
    }

    private static byte[] Zstd(byte[] bytes)
    {
        using var compressor = new ZstdSharp.Compressor(3);
        return compressor.Wrap(bytes).ToArray();
    }

    private static async Task<EstargzException> FailAsync(byte[] blob, string mediaType = Images.MediaType.LayerGzip)
    {
        using var folder = new ScratchFolder();
        var error = await Assert.ThrowsAsync<EstargzException>(() => SourceLayer.OpenAsync(new MemoryStream(blob), mediaType, folder.Path, default));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        return error;
    }

    [Fact]
    public async Task Every_compression_gives_the_same_layer()
    {
        var plain = await ConvertAsync(Tar, ["d/b"]);
        byte[][] blobs = [Gzip(Tar), [.. Gzip(Tar[..700]), .. Gzip([]), .. Gzip(Tar[700..])], Zstd(Tar), [.. Zstd(Tar[..700]), .. Zstd(Tar[700..])], [0x5f, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 7, .. Zstd(Tar)]];
        foreach (var blob in blobs)
        {
            Assert.Equal(plain.Blob, (await ConvertAsync(blob, ["d/b"])).Blob);
        }
    }

    [Fact]
    public async Task The_digest_of_the_tar_is_that_of_the_configuration()
    {
        using var folder = new ScratchFolder();
        using var source = await SourceLayer.OpenAsync(new MemoryStream(Gzip(Tar)), Images.MediaType.DockerLayerGzip, folder.Path, default);
        Assert.Equal(Sha256(Tar), source.DiffId.ToString());
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Converting_our_own_layer_again_gives_the_same_bytes()
    {
        foreach (var first in new string[][] { [], ["d/b"], ["d/b", "d/a"] })
        {
            var once = await ConvertAsync(Tar, first);
            Assert.Equal(once.Blob, (await ConvertAsync(once.Blob, first)).Blob);
        }
    }

    [Fact]
    public async Task Whiteouts_and_opaque_markers_are_ordinary_entries()
    {
        var tar = new TarBuilder().Add("d/", '5').Add("d/.wh..wh..opq").Add("d/.wh.x").Add(".wh.gone").Ended;
        var layer = await ConvertAsync(tar);
        await ConvertedTar.AssertKeepsAsync(tar, layer);
        Assert.Equal(["dir", "reg", "reg", "reg"], layer.Toc[1..].Select(e => e.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task Every_entry_but_the_landmark_has_a_time_from_the_first_on()
    {
        var layer = await ConvertAsync(new TarBuilder().Add("d/", '5').Add("d/f").Ended);

        Assert.Equal(
            [null, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"],
            layer.Toc.Select(e => e.TryGetProperty("modtime", out var time) ? time.GetString() : null));
    }

    [Theory]
    [InlineData(".no.prefetch.landmark/", "ESTARGZ3005")]
    [InlineData("stargz.index.json/a", "ESTARGZ3005")]
    [InlineData("d/stargz.index.json/a", null)]
    [InlineData("2050", "ESTARGZ3002")]
    public async Task Names_that_no_client_could_unpack_are_refused(string name, string? code)
    {
        var path = int.TryParse(name, out int elements) ? string.Concat(Enumerable.Repeat("a/", elements)) + "f" : name;
        var tar = new TarBuilder().Add("x", 'L', content: path + "\0").Add("x", path.EndsWith('/') ? '5' : '0').Ended;

        Assert.Equal(code, code is null ? (await ConvertAsync(tar)).Names.Contains(path) ? null : "it is gone" : (await FailAsync(Gzip(tar))).Code);
    }

    [Fact]
    public async Task Damaged_streams_are_refused_and_leave_nothing_behind()
    {
        var gzip = Gzip([.. Tar, .. Some.Bytes(5000)]);
        gzip[^6] ^= 1;
        Assert.Equal("ESTARGZ3001", (await FailAsync(gzip)).Code);
        var zstd = Zstd([.. Tar, .. Some.Bytes(5000)]);
        Assert.Equal("ESTARGZ3001", (await FailAsync(zstd[..^100])).Code);
        Assert.Equal("ESTARGZ3001", (await FailAsync([0x1f, 0x8b, 1, 2, 3])).Code);
        Assert.Equal("ESTARGZ3002", (await FailAsync([1, 2, 3])).Code);
        Assert.Equal("ESTARGZ3002", (await FailAsync(Some.Bytes(2000))).Code);
        Assert.Equal("ESTARGZ3002", (await FailAsync(Tar[..1030])).Code);
    }

    [Fact]
    public async Task A_truncated_gzip_is_refused_or_has_another_digest()
    {
        var gzip = Gzip(Tar);
        for (int length = 1; length < gzip.Length; length++)
        {
            using var folder = new ScratchFolder();
            try
            {
                // The framework takes a truncated stream for a complete one: what shows it is the diffID.
                using var source = await SourceLayer.OpenAsync(new MemoryStream(gzip[..length]), Images.MediaType.LayerGzip, folder.Path, default);
                Assert.True(source.DiffId.ToString() != Sha256(Tar) || length >= gzip.Length - 12, $"{length}");
            }
            catch (EstargzException e)
            {
                Assert.StartsWith("ESTARGZ300", e.Code, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Sparse_files_that_unpack_to_too_much_are_refused_as_such()
    {
        var tar = new TarBuilder().Pax("GNU.sparse.major=0", "GNU.sparse.minor=1", "GNU.sparse.size=68719476737", "GNU.sparse.map=0,1").Add("f", content: "1").Ended;
        var error = await FailAsync(Gzip(tar));

        Assert.Equal("ESTARGZ3006", error.Code);
        Assert.Equal("A layer of the image has sparse files of more than 64 GiB; that is not converted.", error.Message);
    }

    [Fact]
    public async Task Other_media_types_are_refused() =>
        Assert.Equal("ESTARGZ3003", (await FailAsync(Tar, "application/vnd.oci.image.layer.v1.tar+encrypted")).Code);

    [Fact]
    public async Task An_empty_blob_is_an_empty_layer()
    {
        foreach (var blob in new byte[][] { [], new byte[1024], Gzip(new byte[1024]) })
        {
            var layer = await ConvertAsync(blob);
            Assert.Equal([Landmark.NoPrefetch], layer.Names);
            await layer.AssertValidAsync();
        }
    }

    [Fact]
    public async Task A_folder_that_is_a_file_cannot_hold_temporary_files()
    {
        using var folder = new ScratchFolder();
        var file = folder.Write("file", []);
        var error = await Assert.ThrowsAsync<EstargzException>(() => SourceLayer.OpenAsync(new MemoryStream(Tar), Images.MediaType.LayerTar, file, default));
        Assert.Equal("ESTARGZ5002", error.Code);
    }
}
