using Estargz.Deflate;

namespace Estargz.Layers;

public class CompressionLevelsTests
{
    [Theory]
    [InlineData("", 6)]
    [InlineData("balanced", 6)]
    [InlineData("Fast", 2)]
    [InlineData("smallest", 9)]
    [InlineData("1", 1)]
    [InlineData("9", 9)]
    public void Names_and_digits(string text, int level) => Assert.Equal(level, CompressionLevels.Zlib.Parse(text, "P"));

    [Theory]
    [InlineData("0")]
    [InlineData("10")]
    [InlineData("-1")]
    [InlineData(" 6")]
    [InlineData("６")]
    [InlineData("slow")]
    public void Everything_else_is_told(string text)
    {
        var e = Assert.Throws<EstargzException>(() => CompressionLevels.Managed.Parse(text, "EstargzCompressionLevel"));
        Assert.Equal(DiagnosticCode.InvalidProperty, e.Code);
        Assert.StartsWith($"EstargzCompressionLevel is '{text}': ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_smaller_is_later()
    {
        var code = File.ReadAllBytes(typeof(Enumerable).Assembly.Location);
        foreach (var (levels, create) in new (CompressionLevels, Func<int, Compressor>)[] { (CompressionLevels.Zlib, Compressor.Zlib), (CompressionLevels.Managed, Compressor.Managed), (CompressionLevels.Zstd, Compressor.ZstdChunked) })
        {
            var sizes = new[] { levels.Smallest, levels.Balanced, levels.Fast }.Select(level =>
            {
                var output = new GrowingBuffer();
                create(level).WriteMember(code, code.Length, output);
                return output.Length;
            }).ToArray();
            Assert.Equal(sizes.Order(), sizes);
            Assert.Equal(3, sizes.Distinct().Count());
        }
    }
}
