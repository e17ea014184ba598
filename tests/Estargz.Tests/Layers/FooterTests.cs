using System.Text;

namespace Estargz.Layers;

public class FooterTests
{
    private const string Current =
        "1f8b08040000000000ff" + "1a00" + "5347" + "1600"
        + "30303030303030303132333461626364" + "53544152475a" + "010000ffff" + "0000000000000000";

    private const string Legacy =
        "1f8b08040000000000ff" + "1600" + "30303030303030303132333461626364" + "53544152475a" + "010000ffff" + "0000000000000000";

    [Fact]
    public void Is_the_51_bytes_of_the_spec() => Assert.Equal(Current, Convert.ToHexStringLower(Footer.Create(0x1234abcd)));

    [Fact]
    public void Is_an_empty_gzip_member() => Assert.Empty(BuiltLayer.Gunzip(Footer.Create(7)));

    [Theory]
    [InlineData(Current, 51)]
    [InlineData(Legacy, 47)]
    public void Is_read_at_the_end_of_whatever(string hex, int size)
    {
        byte[] tail = [.. Some.Bytes(100), .. Convert.FromHexString(hex)];
        Assert.Equal((0x1234abcdL, size), Footer.Parse(tail));
        Assert.Equal((0x1234abcdL, size), Footer.Parse(tail.AsSpan(100)));
        Assert.Null(Footer.Parse(tail.AsSpan(101)));
        Assert.Null(Footer.Parse(tail.AsSpan(0, tail.Length - 1)));
    }

    [Theory]
    [InlineData("ffffffffffffffff")]
    [InlineData("8000000000000000")]
    [InlineData("00000000000000g0")]
    [InlineData("               1")]
    [InlineData("-000000000000001")]
    [InlineData("+000000000000001")]
    [InlineData("0x00000000000001")]
    public void With_a_wrong_offset_is_none(string digits)
    {
        var footer = Footer.Create(0);
        Encoding.ASCII.GetBytes(digits).CopyTo(footer, 16);
        Assert.Null(Footer.Parse(footer));
    }

    [Fact]
    public void With_any_other_byte_is_none_or_another_offset()
    {
        var footer = Footer.Create(0x1234abcd);
        for (int i = 0; i < footer.Length; i++)
        {
            var other = (byte[])footer.Clone();
            other[i] ^= 1;
            // Time, XFL and OS of a gzip header say nothing.
            Assert.True(i is >= 4 and < 10 == (Footer.Parse(other)?.TocOffset == 0x1234abcd), $"byte {i}");
        }
    }

    [Fact]
    public void Of_an_external_TOC_is_none() => Assert.Null(Footer.Parse(
        [.. new byte[20], .. Convert.FromHexString("1f8b08040000000000ff15005347110053544152475a45585445524e414c544f43010000ffff0000000000000000")]));
}
