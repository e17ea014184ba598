using Estargz.Profiles;
using static Estargz.Tests.Profiles.TreeSample;

namespace Estargz.Tests.Profiles;

public class StartupOrderTests
{
    private static readonly ImageTree Image = Tree(
        ["lib -> usr/lib", "usr/", "usr/lib/", "usr/lib/libc.so.6 -> libc-2.36.so", "usr/lib/libc-2.36.so", "usr/lib/libm.so", "etc/", "etc/passwd"],
        ["./usr/share/dotnet/dotnet", "./usr/share/dotnet/host => ./usr/share/dotnet/dotnet", "./usr/bin/dotnet -> /usr/share/dotnet/dotnet", "./etc/passwd", "./usr/lib/.wh.libm.so"],
        ["app/", "app/App.dll", "app/App.deps.json", "app/[id].js", "app/i.js"]);

    private static string Order(string profile, int layer) =>
        string.Join(' ', StartupOrder.Create(StartupProfile.Parse(profile, "the test"), Image).Entries.Where(entry => entry.Layer == layer).Select(entry => entry.Name));

    [Fact]
    public void Each_layer_has_its_own_names_in_the_order_of_the_profile()
    {
        const string Profile = "/usr/bin/dotnet\n/app/App.dll\n/lib/libc.so.6\n/app/App.deps.json\n/usr/bin/dotnet\nlib/libc-2.36.so";
        Assert.Equal("lib usr/lib/libc.so.6 usr/lib/libc-2.36.so", Order(Profile, 0));
        Assert.Equal("./usr/bin/dotnet ./usr/share/dotnet/dotnet", Order(Profile, 1));
        Assert.Equal("app/App.dll app/App.deps.json", Order(Profile, 2));
    }

    [Fact]
    public void A_hard_link_brings_its_file() =>
        Assert.Equal("./usr/share/dotnet/host ./usr/share/dotnet/dotnet", Order("usr/share/dotnet/host", 1));

    [Fact]
    public void A_replaced_file_counts_in_the_highest_layer_only()
    {
        Assert.Equal("", Order("etc/passwd", 0));
        Assert.Equal("./etc/passwd", Order("etc/passwd", 1));
    }

    [Fact]
    public void A_directory_is_its_entry_not_its_content() => Assert.Equal("app/", Order("/app", 2));

    [Fact]
    public void A_glob_names_links_and_their_targets_and_no_directories()
    {
        Assert.Equal("usr/lib/libc-2.36.so usr/lib/libc.so.6", Order("usr/lib/libc*", 0));
        Assert.Equal("usr/lib/libc.so.6 usr/lib/libc-2.36.so", Order("usr/lib/libc.*", 0));
        Assert.Equal("app/App.deps.json app/App.dll app/[id].js app/i.js", Order("**/app/**", 2));
    }

    [Fact]
    public void A_name_that_looks_like_a_glob_is_itself_where_it_exists()
    {
        Assert.Equal("app/[id].js", Order("app/[id].js", 2));
        Assert.Equal("app/i.js", Order("app/[ix].js", 2));
    }

    [Fact]
    public void What_the_image_does_not_have_is_told_in_the_order_of_the_profile()
    {
        var order = StartupOrder.Create(
            StartupProfile.Parse("/z\nusr/lib/libm.so\napp/App.dll\napp/*.exe\nusr/share\n/a", "the test"), Image);
        Assert.Equal(["z", "usr/lib/libm.so", "app/*.exe", "a"], order.NotFound.AsEnumerable());
        Assert.Equal(["app/App.dll"], order.Entries.Select(entry => entry.Name));
    }

    [Theory]
    [InlineData("lib/x86_64-linux-gnu/libicudata.so.72.1", "usr/lib/libicudata.so.74")]
    [InlineData("/usr/lib64/libicudata.so.74", "usr/lib/libicudata.so.74")]
    [InlineData("/lib/aarch64-linux-gnu/libssl.so.3", "usr/lib/x86_64-linux-gnu/libssl.so.3")]
    [InlineData("/usr/lib/libssl.so.3.0.9", "usr/lib/x86_64-linux-gnu/libssl.so.3")]
    [InlineData("/usr/lib/libssl.so.1.0", "usr/lib/x86_64-linux-gnu/libssl.so.1.1")]
    [InlineData("/usr/lib/libssl.so.4", "usr/lib/x86_64-linux-gnu/libssl.so.3")]
    [InlineData("/usr/lib/libz.so.1.2.13", "usr/lib/libz.so.1.3.1")]
    [InlineData("/lib64/libz.so.1", "usr/lib/libz.so.1 usr/lib/libz.so.1.3.1")]
    [InlineData("/usr/lib/libzstd.so.1", "")]
    [InlineData("/usr/lib/libz.a", "")]
    [InlineData("/opt/lib/libz.so.1", "")]
    [InlineData("/usr/lib/plugins/libz.so.1", "")]
    [InlineData("$(app)/libz.so.1", "")]
    public void A_library_of_the_system_is_found_in_whichever_version_the_image_has(string line, string found)
    {
        var image = Tree(
            [
                "lib -> usr/lib", "usr/lib/libicudata.so.74", "usr/lib/x86_64-linux-gnu/libssl.so.3", "usr/lib/x86_64-linux-gnu/libssl.so.1.1",
                "usr/lib/libz.so.1 -> libz.so.1.3.1", "usr/lib/libz.so.1.3.1", "usr/lib/libz.so.old", "opt/lib/libssl.so.3",
            ]);
        var order = StartupOrder.Create(StartupProfile.Parse(line, "the test"), image);

        Assert.Equal(found, string.Join(' ', order.Entries.Select(entry => entry.Name)));
        Assert.Equal(found.Length == 0, order.NotFound.Length == 1);
    }

    [Fact]
    public void A_recorded_profile_is_not_out_of_date_because_the_system_was_another()
    {
        const string Lines = "/usr/lib/liblttng-ust.so.1\n/etc/gone\n$(app)/gone.dll\n$(framework:A)/gone.dll\n$(app)/App.dll";

        Assert.Equal(["$(app)/gone.dll", "$(framework:A)/gone.dll"], Stale("# recorder: maps\n" + Lines));
        Assert.Equal(["usr/lib/liblttng-ust.so.1", "etc/gone", "$(app)/gone.dll", "$(framework:A)/gone.dll"], Stale(Lines));

        static IEnumerable<string> Stale(string profile) => StartupOrder.Create(StartupProfile.Parse(profile, "the test"), Image).Stale;
    }

    [Fact]
    public void Ten_thousand_globs_over_twenty_thousand_files()
    {
        var tree = Tree([.. Enumerable.Range(0, 20_000).Select(i => $"usr/lib/d{i % 100}/lib{i}.so")]);
        var globs = string.Join('\n', Enumerable.Range(0, 10_000).Select(i => $"**/d{i % 100}/lib{i}.*"));
        var order = StartupOrder.Create(StartupProfile.Parse(globs, "the test"), tree);
        Assert.Equal(10_000, order.Entries.Length);
        Assert.Equal("usr/lib/d99/lib9999.so", order.Entries[^1].Name);
    }
}
