using CsCheck;
using Estargz.Profiles;

namespace Estargz.Tests.Profiles;

public class NetworkLinkTests
{
    [Theory]
    [InlineData("20ms/100mbit", 20, 100_000_000)]
    [InlineData("50ms/20mbit", 50, 20_000_000)]
    [InlineData(" 1MS/1Gbit ", 1, 1_000_000_000)]
    [InlineData("0ms/1kbit", 0, 1000)]
    [InlineData("0.5s/2.5mbit", 500, 2_500_000)]
    [InlineData("10s/1000gbit", 10_000, 1_000_000_000_000)]
    public void A_link_is_round_trip_and_rate(string text, double milliseconds, long bits) =>
        Assert.Equal(new NetworkLink(TimeSpan.FromMilliseconds(milliseconds), bits), NetworkLink.Parse(text, "EstargzLink"));

    [Theory]
    [InlineData("")]
    [InlineData("20ms")]
    [InlineData("100mbit/20ms")]
    [InlineData("20/100")]
    [InlineData("20ms/100mb")]
    [InlineData("-1ms/1mbit")]
    [InlineData("1e3ms/1mbit")]
    [InlineData("20,5ms/1mbit")]
    [InlineData("11s/1mbit")]
    [InlineData("1ms/0mbit")]
    [InlineData("1ms/1001gbit")]
    [InlineData("1ms/1mbit\n2ms/2mbit")]
    [InlineData("9999999999ms/1mbit")]
    public void Anything_else_is_told(string text)
    {
        var failure = Assert.Throws<EstargzException>(() => NetworkLink.Parse(text, "EstargzLink"));
        Assert.Equal(DiagnosticCode.InvalidProperty, failure.Code);
        Assert.Contains("EstargzLink", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_reads_as_the_same() => Gen.Select(Gen.Int[0, 10_000], Gen.Long[1000, 1_000_000_000]).Sample((milliseconds, bits) =>
    {
        var link = new NetworkLink(TimeSpan.FromMilliseconds(milliseconds), bits);
        return NetworkLink.Parse(link.ToString(), "the test") == link;
    });

    [Fact]
    public void Any_text_is_a_link_or_refused() => Gen.OneOf(Gen.String, Gen.String[Gen.Char["0123456789.mskgbit/ "], 0, 14]).Sample(text =>
    {
        try
        {
            return NetworkLink.Parse(text, "the test").BitsPerSecond >= 1000;
        }
        catch (EstargzException e)
        {
            return e.Code == DiagnosticCode.InvalidProperty;
        }
    });
}
