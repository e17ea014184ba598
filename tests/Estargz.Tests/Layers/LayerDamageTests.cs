using Estargz.Deflate;
using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

/// <summary>The verifier sees every change of a blob.</summary>
public class LayerDamageTests
{
    private static readonly Task<BuiltLayer> s_layer = ConvertAsync(new TarBuilder()
        .Add("d/", '5').Add("d/a", content: "0123456789").Pax("SCHILY.xattr.user.x=1").Add("d/b", content: new string('b', 3)).Add("s", '2', link: "d").Ended, ["d/b"]);

    private static async Task<LayerReport> VerifyAsync(byte[] blob) => await LayerVerifier.VerifyAsync(new MemoryStream(blob), default);

    [Fact]
    public async Task Every_flipped_bit_is_found()
    {
        var layer = await s_layer;
        var tar = layer.Tar;
        for (int bit = 0; bit < layer.Blob.Length * 8; bit++)
        {
            var blob = (byte[])layer.Blob.Clone();
            blob[bit / 8] ^= (byte)(1 << (bit % 8));
            var report = await VerifyAsync(blob);
            Assert.NotEqual(layer.Layer.Digest, report.Digest);
            if (report.Findings.Count == 0 && report.Index is not null)
            {
                // Only the blob's digest shows what RFC 1952 protects by nothing (time, XFL and OS of a gzip header),
                // another way to compress the same bytes, and hexadecimal digits in upper case.
                Assert.True(tar.AsSpan().SequenceEqual(Gunzip(blob)), $"bit {bit}");
                Assert.Equal((layer.TocOffset, layer.Layer.TocDigest), (report.Index.TocOffset, report.Index.TocDigest));
            }
        }
    }

    [Fact]
    public async Task Every_truncation_is_found()
    {
        var layer = await s_layer;
        for (int length = 0; length < layer.Blob.Length; length++)
        {
            var report = await VerifyAsync(layer.Blob[..length]);
            Assert.Null(report.Index);
            Assert.Equal(length, report.Size);
            Assert.True(report.Findings.Count > 0 || length is 0 || IsMemberEnd(layer, length), $"{length}");
        }

        // A blob cut between members is a shorter, ordinary layer, whose archive may be whole.
        Assert.Empty((await VerifyAsync(layer.Blob[..^51])).Findings);

        static bool IsMemberEnd(BuiltLayer layer, int length) =>
            length == layer.TocOffset || length == layer.Blob.Length - 51 || layer.Toc.Any(e => Number(e, "offset") == length);
    }

    [Fact]
    public async Task Swapped_members_are_found()
    {
        var layer = await s_layer;
        int[] starts = [0, .. layer.Toc.Select(e => (int)Number(e, "offset")).Where(o => o > 0), (int)layer.TocOffset];
        for (int i = 0; i + 2 < starts.Length; i++)
        {
            var (a, b, end) = (starts[i], starts[i + 1], starts[i + 2]);
            Assert.NotEmpty((await VerifyAsync([.. layer.Blob[..a], .. layer.Blob[b..end], .. layer.Blob[a..b], .. layer.Blob[end..]])).Findings);
        }
    }

    [Fact]
    public async Task Bytes_and_members_that_do_not_belong_are_found()
    {
        var layer = await s_layer;
        int toc = (int)layer.TocOffset;
        byte[] zeros = Member(new byte[512]), hidden = Member(new TarBuilder().Add("hidden", content: "x").Ended), empty = Member([]);
        byte[][] blobs =
        [
            [.. layer.Blob, 0],
            [.. layer.Blob, .. layer.Blob[^51..]],
            [.. layer.Blob[..^51], .. zeros, .. layer.Blob[^51..]],
            [.. layer.Blob[..^51], .. hidden, .. layer.Blob[^51..]],
            [.. layer.Blob[..^51], .. empty, .. layer.Blob[^51..]],
            [.. layer.Blob[..toc], .. hidden, .. layer.Blob[toc..^51], .. Footer.Create(toc + hidden.Length)],
            [.. layer.Blob[..toc], .. zeros, .. zeros, .. layer.Blob[toc..^51], .. Footer.Create(toc + (2 * zeros.Length))],
        ];
        foreach (var blob in blobs)
        {
            Assert.NotEmpty((await VerifyAsync(blob)).Findings);
        }
    }

    [Fact]
    public async Task An_ordinary_layer_has_no_index_and_nothing_wrong()
    {
        var report = await VerifyAsync(Member(new TarBuilder().Add("f", content: "x").Ended));
        Assert.Null(report.Index);
        Assert.Empty(report.Findings);
        Assert.Equal(512 + 512 + 1024, report.UncompressedSize);
    }

    internal static byte[] Member(byte[] content)
    {
        var output = new GrowingBuffer();
        GzipMember.Write(new FixedCompressor(), content, output);
        return output.Written.ToArray();
    }

    /// <summary>Stored blocks (RFC 1951, 3.2.4): valid for any content, empty or not.</summary>
    private sealed class FixedCompressor : DeflateCompressor
    {
        public override string Name => "stored";

        internal override void Deflate(ReadOnlySpan<byte> content, GrowingBuffer output, bool fast) => StoredBlocks.Write(content, output);
    }
}
