using Estargz.Images;
using static Estargz.Tests.Images.ImageSample;

namespace Estargz.Tests.Images;

public class PlatformTests
{
    [Theory]
    [InlineData("linux-x64", "linux/amd64")]
    [InlineData("linux-x86", "linux/386")]
    [InlineData("linux-musl-arm64", "linux/arm64")]
    [InlineData("linux-arm", "linux/arm/v7")]
    [InlineData("linux-musl-arm", "linux/arm/v7")]
    [InlineData("linux-armv6", "linux/arm/v6")]
    [InlineData("linux-s390x", "linux/s390x")]
    [InlineData("linux-ppc64le", "linux/ppc64le")]
    [InlineData("linux-riscv64", "linux/riscv64")]
    [InlineData("linux-loongarch64", "linux/loong64")]
    [InlineData("alpine-x64", "linux/amd64")]
    [InlineData("alpine.3.20-arm64", "linux/arm64")]
    [InlineData("win-x64", "windows/amd64")]
    [InlineData("win10-arm64", "windows/arm64")]
    public void A_runtime_identifier_means_a_platform(string rid, string platform) =>
        Assert.Equal(platform, Platform.FromRuntimeIdentifier(rid, "the test").ToString());

    [Theory]
    [InlineData("")]
    [InlineData("any")]
    [InlineData("x64")]
    [InlineData("-x64")]
    [InlineData("linux")]
    [InlineData("linux-")]
    [InlineData("Linux-x64")]
    [InlineData("linux-amd64")]
    [InlineData("osx-arm64")]
    [InlineData("linux-x64\n")]
    public void Anything_else_is_refused(string rid) => Assert.Contains(
        "ContainerRuntimeIdentifier",
        Fails(DiagnosticCode.InvalidProperty, () => Platform.FromRuntimeIdentifier(rid, "ContainerRuntimeIdentifier")).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("arm64", null, "v8", 0)]
    [InlineData("arm64", "v8", null, 0)]
    [InlineData("arm", null, "v7", 0)]
    [InlineData("arm", "v7", "v5", 2)]
    [InlineData("arm", "v6", "v7", null)]
    [InlineData("amd64", null, "v3", null)]
    [InlineData("amd64", "v3", null, 2)]
    [InlineData("ppc64le", null, "power8", 1)]
    [InlineData("ppc64le", "power9", "power8", null)]
    [InlineData("ppc64le", "power9", "power9", 0)]
    public void Older_variants_run_and_newer_ones_do_not(string architecture, string? here, string? image, int? distance) =>
        Assert.Equal(distance, new Platform("linux", architecture, here).DistanceTo(new Platform("linux", architecture, image)));

    [Fact]
    public void System_and_architecture_must_be_equal_and_versions_where_both_have_one()
    {
        var here = new Platform("windows", "amd64", OsVersion: "10.0.1");
        Assert.Null(here.DistanceTo(new Platform("linux", "amd64")));
        Assert.Null(here.DistanceTo(new Platform("windows", "arm64")));
        Assert.Null(here.DistanceTo(new Platform("windows", "amd64", OsVersion: "10.0.2")));
        Assert.Equal(0, here.DistanceTo(new Platform("windows", "amd64")));
    }
}
