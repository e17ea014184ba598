using Estargz.Profiles;
using static Estargz.Tests.Profiles.TreeSample;

namespace Estargz.Tests.Profiles;

public class ImageTreeTests
{
    [Theory]
    [InlineData("/lib/x86_64-linux-gnu/libc.so.6", "1:./usr/lib/x86_64-linux-gnu/libc.so.6")]
    [InlineData("lib/x86_64-linux-gnu/ld.so", "0:usr/lib/x86_64-linux-gnu/ld.so")]
    [InlineData("./usr//lib/./x86_64-linux-gnu/ld.so", "0:usr/lib/x86_64-linux-gnu/ld.so")]
    [InlineData("usr/lib/x86_64-linux-gnu/", "1:/usr/lib/x86_64-linux-gnu/")]
    [InlineData("lib/../../usr/lib/../lib/x86_64-linux-gnu/ld.so", "0:usr/lib/x86_64-linux-gnu/ld.so")]
    [InlineData("LIB/x86_64-linux-gnu/ld.so", null)]
    [InlineData("usr/lib/x86_64-linux-gnu/ld.so/x", null)]
    [InlineData("usr/lib/x86_64-linux-gnu/ld.so/..", null)]
    [InlineData("usr/bin", null)]
    [InlineData("usr\\lib", null)]
    public void Merged_usr_is_resolved_across_layers(string path, string? found) => Assert.Equal(
        found,
        Tree(
            ["usr/", "usr/lib/", "lib -> usr/lib", "usr/lib/x86_64-linux-gnu/", "usr/lib/x86_64-linux-gnu/ld.so", "usr/lib/x86_64-linux-gnu/libc.so.6"],
            ["/usr/lib/x86_64-linux-gnu/", "./usr/lib/x86_64-linux-gnu/libc.so.6"]).At(path));

    [Theory]
    [InlineData("", null)]
    [InlineData("usr/lib", null)]
    [InlineData("lib/new/deep", null)]
    [InlineData("etc/passwd", "etc/passwd")]
    [InlineData("etc/passwd/x/y", "etc/passwd")]
    [InlineData("etc/link/x", "etc/link")]
    [InlineData("etc/lost/x", null)]
    public void A_file_stands_in_the_way_of_a_folder(string folder, string? obstacle) => Assert.Equal(
        obstacle, Tree(["usr/lib/a", "lib -> usr/lib", "etc/passwd", "etc/link -> passwd", "etc/lost -> nowhere"]).FindObstacle(folder));

    [Fact]
    public void Unlisted_parents_are_directories()
    {
        var tree = Tree(["a/b/c"]);
        Assert.Equal("0:", tree.At("a/b"));
        Assert.True(tree.Find("a")!.IsDirectory);
        Assert.Null(tree.Find("a")!.Entry);
        Assert.True(tree.Find("")!.IsDirectory);
    }

    [Fact]
    public void A_directory_has_the_attributes_of_the_highest_layer_that_lists_it()
    {
        var tree = ImageTree.Build(
        [
            [new TreeEntry("app", TreeEntryType.Directory) { Mode = 0x1C0, Uid = 1654, Gid = 5 }, new TreeEntry("app/x", TreeEntryType.File)],
            [new TreeEntry("app/y", TreeEntryType.File)],
            [new TreeEntry("./", TreeEntryType.Directory) { Mode = 0x1FF }],
        ]);
        Assert.Equal(new TreeEntry("app", TreeEntryType.Directory) { Mode = 0x1C0, Uid = 1654, Gid = 5 }, tree.Find("/app/")!.Entry);
        Assert.Equal(0x1FF, tree.Find("/")!.Entry!.Mode);
        Assert.Equal(3, tree.LayerCount);
    }

    [Fact]
    public void A_whiteout_hides_what_lower_layers_have_and_nothing_else()
    {
        var tree = Tree(["a/", "a/x", "a/y", "b/", "b/z"], ["a/x2", "a/.wh.x", ".wh.b", "a/.wh.x2"], ["a/.wh.y", "a/y"]);
        Assert.Null(tree.At("a/x"));
        Assert.Null(tree.At("b/z"));
        Assert.Null(tree.At("b"));
        Assert.Equal("1:a/x2", tree.At("a/x2"));
        Assert.Equal("2:a/y", tree.At("a/y"));
        Assert.Null(tree.At("a/.wh.x"));
    }

    [Fact]
    public void An_opaque_whiteout_hides_all_lower_layers_have_in_its_directory()
    {
        var tree = Tree(["a/", "a/x", "a/d/", "a/d/y", "b"], ["a/new", "a/.wh..wh..opq", "a/d/z"]);
        Assert.Null(tree.At("a/x"));
        Assert.Null(tree.At("a/d/y"));
        Assert.Equal(["0:a/", "1:a/new", "1:a/d/z", "0:b"], new[] { "a", "a/new", "a/d/z", "b" }.Select(tree.At));
    }

    [Fact]
    public void A_higher_layer_replaces_files_by_directories_and_the_other_way_round()
    {
        var tree = Tree(["a", "d/", "d/x", "l -> d"], ["a/", "a/y", "d", "l/"]);
        Assert.Equal(["1:a/", "1:a/y", "1:d", "1:l/"], new[] { "a", "a/y", "d", "l" }.Select(tree.At));
        Assert.Null(tree.At("d/x"));
    }

    [Fact]
    public void A_directory_listed_again_keeps_its_content() =>
        Assert.Equal("0:d/x", Tree(["d/", "d/x"], ["d/"]).At("d/x"));

    [Fact]
    public void An_entry_below_a_symbolic_link_goes_where_the_link_points()
    {
        var tree = Tree(["usr/lib/", "lib -> usr/lib"], ["lib/new", "gone/x"], ["lib/.wh.new"]);
        Assert.Null(tree.At("usr/lib/new"));
        Assert.Equal("1:lib/new", Tree(["usr/lib/", "lib -> usr/lib"], ["lib/new"]).At("usr/lib/new"));
    }

    /// <summary>Each layer has one entry or some, with commas between them.</summary>
    [Theory]
    [InlineData("lib/new", "lib")]
    [InlineData("lib/.wh.old", "lib")]
    [InlineData("lib/.wh..wh..opq", "lib")]
    [InlineData("lost/x", "lost")]
    [InlineData("usr/lib/a,h => lib/a", "lib")]
    [InlineData("lib64/x,lib/y", "lib lib64")]
    [InlineData("hard/x", "hard")]
    [InlineData("own -> lib,own/x", "lib")]
    [InlineData("abs/x", "abs lib")]
    [InlineData("lib", "")]
    [InlineData("lib/,lib/new", "")]
    [InlineData(".wh.lib,lib/new", "")]
    [InlineData("usr/.wh..wh..opq,usr/link/x", "")]
    [InlineData("own -> etc,own/x", "")]
    [InlineData("usr/lib/x,gone/x", "")]
    [InlineData("loop/x", "")]
    public void A_layer_depends_on_the_links_below_that_it_goes_through(string layer, string links)
    {
        string[] below = ["usr/lib/old", "usr/link -> lib", "lib -> usr/lib", "lib64 -> lib", "lost -> nowhere", "hard => lib", "abs -> /lib", "loop -> loop"];

        var tree = Tree(below, layer.Split(','), ["etc/x"]);

        Assert.Equal(links, string.Join(' ', tree.LinksBelow[1].Select(link => link.Name)));
        Assert.Empty(tree.LinksBelow[0]);
        Assert.Empty(tree.LinksBelow[2]);
    }

    [Fact]
    public void A_link_below_is_told_with_its_own_path_and_target() => Assert.Equal(
        [new TreeEntry("usr/lib/self", TreeEntryType.Symlink) { LinkTarget = ".." }, new TreeEntry("usr/lib64", TreeEntryType.Symlink) { LinkTarget = "/usr/lib" }],
        Tree(["usr/lib/a", "./usr/lib64 -> /usr/lib", "/usr/lib64/self -> .."], ["/usr/lib64/self/x"]).LinksBelow[1]);

    [Fact]
    public void Names_never_leave_the_root() =>
        Assert.Equal("0:../../etc/../x", Tree(["../../etc/../x"]).At("x"));

    [Theory]
    [InlineData("loop", "0:loop")]
    [InlineData("a", "0:a 0:b")]
    [InlineData("dangling", "0:dangling")]
    [InlineData("dangling/x", "")]
    [InlineData("none", "")]
    [InlineData("up", "0:up 0:file")]
    [InlineData("dir/up/file", "0:dir/up 0:file")]
    [InlineData("dir/abs", "0:dir/abs 0:up 0:file")]
    [InlineData("hard", "0:hard 0:file")]
    [InlineData("hard2", "0:hard2 0:file")]
    [InlineData("hardlink-to-link", "0:hardlink-to-link 0:up 0:file")]
    [InlineData("dir/..", "0:")]
    public void A_trace_has_the_links_on_the_way_and_the_end(string path, string trace) => Assert.Equal(
        trace,
        string.Join(' ', Tree(
        [
            "file", "loop -> loop", "a -> b", "b -> a", "dangling -> nowhere/x", "up -> ../../file", "dir/", "dir/up -> ..", "dir/abs -> /up",
            "hard => file", "hard2 => ./hard", "hardlink-to-link => up",
        ]).TraceOf(path).Split(' ').Distinct()));

    [Theory]
    [InlineData(40, true)]
    [InlineData(41, false)]
    public void Forty_links_are_followed(int links, bool found)
    {
        string[] chain = [.. Enumerable.Range(0, links).Select(i => $"l{i} -> " + (i + 1 < links ? $"l{i + 1}" : "file")), "file"];
        Assert.Equal(found, Tree(chain).At("l0") is not null);
    }

    [Fact]
    public void A_hard_link_stays_with_the_file_of_its_layer()
    {
        var tree = Tree(["file", "hard => file"], ["file"], ["late => file"]);
        Assert.Equal("0:hard 0:file", tree.TraceOf("hard"));
        Assert.Equal("1:file", tree.TraceOf("file"));
        Assert.Equal("2:late", tree.TraceOf("late"));
        Assert.Equal((1, "file"), tree.Find("late")!.LinkedFile is { } linked ? (linked.Layer, linked.Path) : default);
    }

    [Fact]
    public void Depth_is_no_danger()
    {
        var deep = string.Join('/', Enumerable.Repeat("d", 200_000));
        var tree = Tree([deep]);
        Assert.Equal("0:" + deep, tree.At(deep));
        Assert.Single(StartupOrder.Create(StartupProfile.Parse("**/d", "x"), tree).Entries);
    }
}
