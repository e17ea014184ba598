using Estargz.Profiles;

namespace Estargz.Tests.Profiles;

public class StartEstimateTests
{
    /// <summary>
    /// Medians measured with stargz-snapshotter 0.12: bytes fetched until the first answer, reads on demand, link (no limit
    /// is given as 0ms/1000gbit), kind of app, seconds.
    /// </summary>
    [Theory]
    [InlineData(40_515_796, 0, "20ms/100mbit", "framework", 4.32)]
    [InlineData(25_465_798, 0, "20ms/100mbit", "framework", 3.14)]
    [InlineData(9_023_870, 0, "20ms/100mbit", "native", 1.26)]
    [InlineData(16_181_963, 0, "20ms/100mbit", "trimmed", 2.22)]
    [InlineData(20_792_816, 0, "20ms/100mbit", "trimmed", 2.59)]
    [InlineData(11_049_360, 0, "20ms/100mbit", "trimmed IL", 2.17)]
    [InlineData(35_319_872, 7, "20ms/100mbit", "framework", 4.23)]
    [InlineData(38_615_342, 103, "20ms/100mbit", "framework", 7.76)]
    [InlineData(28_165_379, 95, "20ms/100mbit", "framework", 6.44)]
    [InlineData(45_415_796, 0, "50ms/20mbit", "framework", 18.71)]
    [InlineData(25_465_798, 0, "50ms/20mbit", "framework", 11.53)]
    [InlineData(9_023_870, 0, "50ms/20mbit", "native", 4.56)]
    [InlineData(16_181_963, 0, "50ms/20mbit", "trimmed", 8.01)]
    [InlineData(20_792_816, 0, "50ms/20mbit", "trimmed", 9.70)]
    [InlineData(11_049_360, 0, "50ms/20mbit", "trimmed IL", 6.17)]
    [InlineData(35_319_872, 7, "50ms/20mbit", "framework", 15.52)]
    [InlineData(38_615_342, 103, "50ms/20mbit", "framework", 23.7)]
    [InlineData(40_515_796, 0, "0ms/1000gbit", "framework", 1.69)]
    [InlineData(25_465_798, 0, "0ms/1000gbit", "framework", 1.47)]
    [InlineData(9_023_870, 0, "0ms/1000gbit", "native", 0.51)]
    [InlineData(11_049_360, 0, "0ms/1000gbit", "trimmed IL", 1.28)]
    [InlineData(35_319_872, 7, "0ms/1000gbit", "framework", 2.08)]
    [InlineData(38_615_342, 103, "0ms/1000gbit", "framework", 3.06)]
    [InlineData(35_171_543, 5, "20ms/100mbit", "framework", 4.98)]
    [InlineData(28_878_686, 0, "20ms/100mbit", "framework", 4.15)]
    [InlineData(40_578_062, 0, "20ms/100mbit", "framework", 5.08)]
    [InlineData(35_171_543, 5, "50ms/20mbit", "framework", 15.77)]
    [InlineData(28_878_686, 0, "50ms/20mbit", "framework", 12.48)]
    [InlineData(35_171_543, 5, "0ms/1000gbit", "framework", 1.94)]
    [InlineData(40_578_062, 0, "0ms/1000gbit", "framework", 1.98)]
    [InlineData(33_154_903, 5, "20ms/100mbit", "framework", 5.06)]
    [InlineData(27_136_157, 0, "20ms/100mbit", "framework", 4.23)]
    [InlineData(33_154_903, 5, "50ms/20mbit", "framework", 15.86)]
    [InlineData(27_136_157, 0, "50ms/20mbit", "framework", 12.88)]
    [InlineData(24_100_000, 0, "20ms/100mbit", "framework", 3.92)]
    [InlineData(24_100_000, 0, "50ms/20mbit", "framework", 11.66)]
    public void What_was_measured_is_estimated_within_a_fifth(long bytes, int windows, string link, string app, double measured) =>
        AssertMeasured(measured, bytes, windows, link, StartEstimate.StartSeconds(new AppShape
        {
            Name = "app",
            Kind = app switch { "framework" => AppKind.FrameworkDependent, "native" => AppKind.NativeAot, _ => AppKind.SelfContained },
            Trimmed = app.StartsWith("trimmed", StringComparison.Ordinal),
            ReadyToRun = app == "trimmed",
        }));

    /// <summary>The same for an app whose start is longer than .NET's own: it took 2.9 s where it was recorded.</summary>
    [Theory]
    [InlineData(56_817_193, 0, "20ms/100mbit", 8.55)]
    [InlineData(48_157_686, 0, "20ms/100mbit", 8.14)]
    [InlineData(56_817_193, 0, "50ms/20mbit", 28.48)]
    [InlineData(48_157_686, 0, "50ms/20mbit", 23.77)]
    [InlineData(56_817_193, 0, "0ms/1000gbit", 5.15)]
    [InlineData(48_157_686, 0, "0ms/1000gbit", 4.74)]
    public void A_recording_tells_how_long_the_app_itself_takes(long bytes, int windows, string link, double measured) =>
        AssertMeasured(measured, bytes, windows, link, StartEstimate.StartSeconds(new AppShape { Name = "app", Kind = AppKind.FrameworkDependent }, recorded: 2.9));

    [Theory]
    [InlineData(AppKind.FrameworkDependent, 0, "", 1.05)]
    [InlineData(AppKind.FrameworkDependent, 10_000_000, "", 3.05)]
    [InlineData(AppKind.FrameworkDependent, 0, "Microsoft.AspNetCore.Mvc.RazorPages", 1.55)]
    [InlineData(AppKind.FrameworkDependent, 0, "Microsoft.AspNetCore.Components.Web", 1.55)]
    [InlineData(AppKind.SelfContained, 5_000_000, "", 2.35)]
    [InlineData(AppKind.NativeAot, 0, "", 0.3)]
    public void Code_that_is_compiled_while_the_app_starts_takes_time(AppKind kind, long bytes, string reference, double expected) =>
        Assert.Equal(expected, StartEstimate.StartSeconds(new AppShape { Name = "app", Kind = kind, BytesToCompile = bytes, Assemblies = [new(reference, false)] }), 1e-9);

    private static void AssertMeasured(double measured, long bytes, int windows, string link, double startSeconds) =>
        Assert.InRange(StartEstimate.Seconds(bytes, windows, NetworkLink.Parse(link, "the test"), startSeconds), measured * 0.8, measured * 1.2);
}
