using System.IO.Compression;
using System.Text;
using Estargz.Deflate;
using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

public class CompressorTests
{
    public static TheoryData<Compressor> All { get; } = [Compressor.Zlib(1), Compressor.Zlib(6), Compressor.Zlib(9), Compressor.Managed(1), Compressor.Managed(6)];

    /// <summary>Bytes of all kinds, of sizes around the limits of stored blocks and of what is looked at.</summary>
    private static IEnumerable<byte[]> Contents =>
        from size in new[] { 0, 1, 2, 511, 8191, 8192, 8193, 65_534, 65_535, 65_536, 131_070, 131_071, 300_000 }
        from content in new[] { Some.Bytes(size), new byte[size], Text(size), [.. Some.Bytes(size / 2), .. Text(size / 2)] }
        select content;

    [Theory]
    [MemberData(nameof(All))]
    public void Nothing_grows_by_more_than_the_headers_of_stored_blocks(Compressor compressor)
    {
        foreach (var content in Contents)
        {
            var compressed = Compress(compressor, content);
            Assert.InRange(compressed.Length, 1, content.Length + (5 * Math.Max(1, (content.Length + 65_534) / 65_535)));
            Assert.Equal(content, Inflate(compressed));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_compressed_already_is_stored(Compressor compressor)
    {
        var png = Some.Bytes(200_000);
        var compressed = Compress(compressor, png);

        Assert.Equal([0, 0xff, 0xff, 0, 0], compressed[..5]);
        Assert.Equal(png[..65_535], compressed[5..65_540]);
        Assert.Equal(png.Length + (4 * 5), compressed.Length);
        Assert.Equal(png, Inflate(compressed));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_only_looks_so_is_compressed(Compressor compressor)
    {
        byte[] again = [.. Enumerable.Repeat(Some.Bytes(30_000), 10).SelectMany(bytes => bytes)];
        Assert.True(ByteSample.LooksCompressed(again));

        var compressed = Compress(compressor, again);

        Assert.InRange(compressed.Length, 1, again.Length / 8);
        Assert.Equal(again, Inflate(compressed));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_was_compressed_before_makes_no_difference(Compressor compressor)
    {
        var first = Contents.Select(content => Compress(compressor, content)).ToArray();
        Assert.Equal(first.Reverse(), Contents.Reverse().Select(content => Compress(compressor, content)));
    }

    [Fact]
    public void Text_and_code_do_not_look_compressed()
    {
        Assert.False(ByteSample.LooksCompressed(Text(100_000)));
        Assert.False(ByteSample.LooksCompressed(File.ReadAllBytes(typeof(object).Assembly.Location).AsSpan(0, 4 << 20)));
        Assert.True(ByteSample.LooksCompressed(Deflate(File.ReadAllBytes(typeof(object).Assembly.Location))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_layer_with_stored_files_is_like_any_other(bool managed)
    {
        var entries = LayerOrder.Arrange([Some.File("a.png", Some.Bytes(300_000, 1)), Some.File("b.txt", Text(50_000)), Some.File("c.png", Some.Bytes(70_000, 2))], ["c.png"]);
        var layer = await WriteAsync(entries, new LayerOptions(managed ? Compressor.Managed(6) : Compressor.Zlib(6), 100_000, new WorkerPool(2)));

        await layer.AssertValidAsync();
        Assert.Equal(Some.Bytes(300_000, 1), layer.ReadFile("a.png"));
        Assert.Equal(Some.Bytes(70_000, 2), layer.ReadFile("c.png"));
        Assert.InRange(layer.Blob.Length, 370_000, 400_000);
    }

    private static byte[] Text(int size) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, (size / 8) + 1).Select(i => $"{i * 7919 % 99991,8}"))[..size]);

    private static byte[] Compress(Compressor compressor, byte[] content)
    {
        var output = new GrowingBuffer();
        ((DeflateCompressor)compressor).Compress(content, output);
        return output.Written.ToArray();
    }

    private static byte[] Deflate(byte[] content)
    {
        var output = new MemoryStream();
        using (var deflate = new DeflateStream(output, CompressionLevel.Optimal))
        {
            deflate.Write(content);
        }

        return output.ToArray();
    }

    private static byte[] Inflate(byte[] compressed)
    {
        var content = new MemoryStream();
        using var deflate = new DeflateStream(new MemoryStream(compressed), CompressionMode.Decompress);
        deflate.CopyTo(content);
        return content.ToArray();
    }
}
