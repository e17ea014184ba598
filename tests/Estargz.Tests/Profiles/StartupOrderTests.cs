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
        string.Join(' ', StartupOrder.Create(StartupProfile.Parse(profile, "the test"), Image).Layers[layer]);

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
        Assert.Equal(["app/App.dll"], order.Layers.SelectMany(layer => layer));
    }

    [Fact]
    public void Ten_thousand_globs_over_twenty_thousand_files()
    {
        var tree = Tree([.. Enumerable.Range(0, 20_000).Select(i => $"usr/lib/d{i % 100}/lib{i}.so")]);
        var globs = string.Join('\n', Enumerable.Range(0, 10_000).Select(i => $"**/d{i % 100}/lib{i}.*"));
        var order = StartupOrder.Create(StartupProfile.Parse(globs, "the test"), tree);
        Assert.Equal(10_000, order.Layers[0].Length);
        Assert.Equal("usr/lib/d99/lib9999.so", order.Layers[0][^1]);
    }
}
