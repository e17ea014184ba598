using Estargz.Profiles;
using static Estargz.Tests.Profiles.TreeSample;

namespace Estargz.Tests.Profiles;

public class ProfileCheckTests
{
    private static readonly ImageTree Image = Tree(
        ["d/host/fxr/10.0.12/x", "d/shared/A/10.0.12/a.dll", "d/shared/A/10.0.13/a.dll", "d/shared/B/10.0.12/b.dll", "d/shared/note"], ["app/x"]);

    [Fact]
    public void Lines_that_match_nothing_are_missing()
    {
        var check = Check("$(app)/x\n$(app)/gone\n$(framework:A)/a.dll\nnot/here");
        Assert.Equal((4, 2, 50), (check.Lines, check.Matched, check.Percentage));
        Assert.Equal(["$(app)/gone", "not/here"], check.Missing.AsEnumerable());
        Assert.Equal((33, 100), (Check("$(app)/x\na\nb").Percentage, Check("").Percentage));
    }

    [Fact]
    public void Frameworks_in_other_versions_are_stale()
    {
        var check = Check("# framework: A 10.0.11\n# framework: B 10.0.12\n# framework: C 1.0\n$(app)/x");
        var (profile, image) = Assert.Single(check.StaleFrameworks);
        Assert.Equal(("A 10.0.11", "10.0.12 10.0.13"), (profile.ToString(), string.Join(' ', image)));
    }

    [Theory]
    [InlineData("linux-x64", null)]
    [InlineData("linux-musl-x64", "linux-x64")]
    [InlineData(null, null)]
    public void Another_RID_is_told(string? image, string? told) => Assert.Equal(told, Check("# rid: linux-x64\nx", image).OtherRid);

    [Fact]
    public void An_installation_that_a_self_contained_app_does_not_need_is_not_missing()
    {
        var profile = StartupProfile.Parse(
            "# recorder: maps\n$(dotnet)/dotnet\n$(dotnet)/host/fxr/*/libhostfxr.so\n$(framework:A)/A.deps.json\n$(framework:A)/A.runtimeconfig.json\n$(framework:A)/a.dll\n$(framework:A)/gone.dll\n$(app)/x", "t");

        var check = ProfileCheck.Of(profile, Tree(["app/x", "app/a.dll", "app/libhostpolicy.so"]), "/app", null);

        Assert.Equal((3, 2, 66), (check.Lines, check.Matched, check.Percentage));
        Assert.Equal(["$(framework:A)/gone.dll"], check.Missing.AsEnumerable());
        Assert.Equal(check.Missing.AsEnumerable(), StartupOrder.Create(profile, Tree(["app/x", "app/a.dll", "app/libhostpolicy.so"])).Stale);
        Assert.Equal(5, ProfileCheck.Of(profile, Image, "/app", null).Missing.Length);
    }

    private static ProfileCheck Check(string profile, string? rid = null) => ProfileCheck.Of(StartupProfile.Parse(profile, "t"), Image, "/app", rid);
}
