namespace Estargz.Layers;

public class CompressedSizeTests
{
    private const int Size = 3_000_000;

    [Fact]
    public void A_large_file_is_looked_into()
    {
        Assert.InRange(CompressedSize.Estimate(Some.File("data.bin", Some.Bytes(Size))), Size, Size * 1.001);
        Assert.InRange(CompressedSize.Estimate(Some.File("data.bin", new byte[Size])), 1, Size / 50);

        // What is in its second half counts as much, whatever its name says.
        byte[] half = [.. new byte[Size / 2], .. Some.Bytes(Size / 2)];
        Assert.InRange(CompressedSize.Estimate(Some.File("data.json", half)), Size * 0.49, Size * 0.51);
    }

    [Theory]
    [InlineData("a.bin", 1 << 20)]
    [InlineData("a.dll", Size)]
    [InlineData("liba.so", Size)]
    public void What_is_small_or_known_is_not_read(string name, int size)
    {
        var unread = new Counted(size);
        Assert.Equal(CompressedSize.Estimate(name, size), CompressedSize.Estimate(Some.File(name) with { Content = unread }));
        Assert.Equal(0, unread.BytesRead);
    }

    [Fact]
    public void Of_the_largest_file_little_is_read()
    {
        var huge = new Counted(1L << 50);
        Assert.InRange(CompressedSize.Estimate(Some.File("a.bin") with { Content = huge }), 1, 1L << 45);
        Assert.Equal(8 * (32 << 10), huge.BytesRead);
    }

    /// <summary>Zeros, and how many of them were asked for.</summary>
    private sealed class Counted(long length) : ByteSource
    {
        public override long Length => length;

        public long BytesRead { get; private set; }

        public override void Read(long offset, Span<byte> buffer)
        {
            Assert.InRange(offset, 0, length - buffer.Length);
            buffer.Clear();
            BytesRead += buffer.Length;
        }
    }
}
