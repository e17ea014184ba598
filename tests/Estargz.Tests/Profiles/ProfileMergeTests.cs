using CsCheck;
using Estargz.Profiles;

namespace Estargz.Tests.Profiles;

public class ProfileMergeTests
{
    [Fact]
    public void Lines_stand_where_they_stand_earliest() => Assert.Equal(
        ["host", "app1", "app2", "last1", "icu", "last2"],
        Merge("host\napp1\nlast1\nicu", "host\napp2\nicu\nlast2").Paths.AsEnumerable());

    [Fact]
    public void Pages_are_collected() => Assert.Equal(
        "0-1,9", Assert.Single(Merge("x\tpages=0", "x", "x\tpages=1,9").Lines).Pages!.ToString());

    [Fact]
    public void A_header_says_what_all_say()
    {
        var header = Merge(
            "# rid: linux-x64\n# framework: A 1.0\n# recorder: maps, strace\n# command: a\n# ready: 1.0 s",
            "# framework: A 1.0\n# framework: B 2.0\n# recorder: static, maps\n# command: b\n# ready: 2.5 s",
            "x").Header;
        Assert.Equal(("linux-x64", "maps, strace, static", null), (header.Rid, header.Recorder, header.Command));
        Assert.Equal(2.5, header.ReadySeconds);
        Assert.Equal(["A 1.0", "B 2.0"], header.Frameworks.Select(framework => framework.ToString()));
        Assert.Null(ProfileHeader.Merge([]).Recorder);
    }

    [Fact]
    public void An_order_that_all_have_stays() => Gen.Int[0, 9].Array[0, 12].Array[1, 4].Sample(profiles =>
    {
        string[][] paths = [.. profiles.Select(profile => (string[])[.. profile.Distinct().Select(i => $"f{i}")])];
        var merged = Merge([.. paths.Select(path => string.Join('\n', path))]).Paths;
        Assert.Equal(paths.SelectMany(path => path).Distinct().Order(StringComparer.Ordinal), merged.Order(StringComparer.Ordinal));
        foreach (var first in merged)
        {
            foreach (var second in merged.Where(path => paths.All(all => all.Contains(path) && Array.IndexOf(all, first) is >= 0 and var place && place < Array.IndexOf(all, path))))
            {
                Assert.True(merged.IndexOf(first) < merged.IndexOf(second));
            }
        }
    });

    private static StartupProfile Merge(params string[] profiles) =>
        StartupProfile.Merge(profiles.Select(text => StartupProfile.Parse(text, "the test")));
}
