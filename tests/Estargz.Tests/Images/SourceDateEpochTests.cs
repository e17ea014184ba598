using Estargz.Images;
using static Estargz.Tests.Images.ImageSample;

namespace Estargz.Tests.Images;

public class SourceDateEpochTests
{
    [Theory]
    [InlineData("0", "1970-01-01T00:00:00Z")]
    [InlineData("1700000000", "2023-11-14T22:13:20Z")]
    [InlineData("253402300799", "9999-12-31T23:59:59Z")]
    public void Seconds_are_a_time(string text, string time) =>
        Assert.Equal(time, ImageConfig.Timestamp(SourceDateEpoch.Parse(text)!.Value));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Nothing_is_no_time(string? text) => Assert.Null(SourceDateEpoch.Parse(text));

    [Theory]
    [InlineData(" ")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1e9")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.0")]
    [InlineData("0x10")]
    [InlineData("١")]
    [InlineData("abc")]
    [InlineData("253402300800")]
    [InlineData("99999999999999999999")]
    public void Anything_else_is_refused(string text) => Assert.Contains(
        "SOURCE_DATE_EPOCH", Fails(DiagnosticCode.InvalidProperty, () => SourceDateEpoch.Parse(text)).Message, StringComparison.Ordinal);
}
