using Estargz.Profiles;

namespace Estargz.Layers;

public class LayerOrderTests
{
    private const string Prefetch = Landmark.Prefetch, NoPrefetch = Landmark.NoPrefetch;

    private static string Arrange(Entry[] entries, params string[] first) =>
        string.Join(' ', LayerOrder.Arrange(entries, first).Select(e => e.Name));

    private static Entry Hard(string name, string target) => Some.Link(name, target, EntryType.HardLink);

    [Fact]
    public void What_follows_the_landmark_comes_before_everything_else() => Assert.Equal(
        $"c {Prefetch} d/ d/e b a",
        string.Join(' ', LayerOrder.Arrange([Some.File("a"), Some.File("b"), Some.File("c"), Some.Folder("d/"), Some.File("d/e")], ["c"], ["d/e", "c", "b"]).Select(e => e.Name)));

    [Theory]
    [InlineData("a b c", "", "b", "a c {0} b")]
    [InlineData("a b c", "b", "b a", "c {0} a b")]
    [InlineData("big b c", "c", "b", "c {0} big b")]
    [InlineData("b>c c", "b", "c", "{0} c b")]
    [InlineData("b>c c d>b e", "d", "c", "e {0} c b d")]
    [InlineData("b c b", "", "b", "c {0} b")]
    [InlineData("b", "", "x b/", "{0} b")]
    [InlineData("d/ b", "", "d", "{1} d/ b")]
    public void Files_with_hot_pieces_come_last_with_their_links(string entries, string first, string hot, string expected) => Assert.Equal(
        string.Format(System.Globalization.CultureInfo.InvariantCulture, expected, Prefetch, NoPrefetch),
        string.Join(' ', LayerOrder.Arrange(
            [.. entries.Split(' ').Select(e => e.Split('>') switch
            {
                [var link, var target] => Hard(link, target),
                ["big"] => Some.File("big", new byte[6 << 20]),
                ["d/"] => Some.Folder("d/"),
                _ => Some.File(e, new byte[5000]),
            })],
            first.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            [],
            [.. hot.Split(' ').Select(name => HotPiecesTests.Hot(name, "0"))]).Select(e => e.Name)));

    [Fact]
    public void Hard_links_in_a_circle_have_no_file_beside_one_with_hot_pieces() => Assert.Equal(
        DiagnosticCode.TarInvalid,
        Assert.Throws<EstargzException>(() => LayerOrder.Arrange([Hard("a", "b"), Hard("b", "a"), Some.File("c", new byte[5000])], [], [], [HotPiecesTests.Hot("c", "0")])).Code);

    [Fact]
    public void Nothing_first_keeps_the_order_behind_the_landmark() =>
        Assert.Equal($"{NoPrefetch} b a d/ c", Arrange([Some.File("b"), Some.File("a"), Some.Folder("d/"), Some.File("c")]));

    [Fact]
    public void What_is_first_comes_in_its_own_order_and_once() =>
        Assert.Equal($"c a {Prefetch} b", Arrange([Some.File("a"), Some.File("b"), Some.File("c")], "c", "./a", "/c", "not there", "a"));

    [Fact]
    public void Everything_may_be_first() =>
        Assert.Equal($"b a {Prefetch}", Arrange([Some.File("a"), Some.File("b")], "b", "a"));

    [Fact]
    public void Names_that_are_not_there_leave_nothing_to_prefetch() =>
        Assert.Equal($"{NoPrefetch} a", Arrange([Some.File("a")], "b"));

    [Fact]
    public void Folders_come_before_what_is_in_them() =>
        Assert.Equal($"/ x/ x/y/ x/y/f {Prefetch} e", Arrange(
            [Some.Folder("/"), Some.File("e"), Some.Folder("x/"), Some.Folder("x/y/"), Some.File("x/y/f")], "x/y/f"));

    [Theory]
    [InlineData(".wh.a a/ a/b/c/f g", "", $"{NoPrefetch} .wh.a a/ a/b/ a/b/c/ a/b/c/f g")]
    [InlineData("g .wh.a a/ a/b/c/f", "a/b/c/f", $".wh.a a/ a/b/ a/b/c/ a/b/c/f {Prefetch} g")]
    public void A_folder_without_an_entry_comes_behind_what_makes_room_for_it(string entries, string first, string expected)
    {
        var folders = new LayerPrefetch([.. first.Split(' ', StringSplitOptions.RemoveEmptyEntries)], [], 0)
        {
            Folders = [new TreeEntry("a/b/", TreeEntryType.Directory), new TreeEntry("a/b/c/", TreeEntryType.Directory) { Xattrs = Entry.NoXattrs.Add("user.a", [1]) }],
        };

        var order = LayerOrder.Arrange([.. entries.Split(' ').Select(name => name.EndsWith('/') ? Some.Folder(name) : Some.File(name))], folders);

        Assert.Equal(expected, string.Join(' ', order.Select(e => e.Name)));
        Assert.Equal([1], order.Single(e => e.Name == "a/b/c/").Xattrs["user.a"]);
    }

    [Fact]
    public void A_link_to_a_folder_comes_before_what_was_stored_through_it() =>
        Assert.Equal($"lib lib/f {Prefetch} e", Arrange([Some.File("e"), Some.Link("lib", "usr/lib"), Some.File("lib/f")], "lib/f"));

    [Fact]
    public void A_whiteout_comes_before_the_file_it_makes_room_for() =>
        Assert.Equal($"d/ d/.wh.f d/f {Prefetch} e", Arrange([Some.File("e"), Some.Folder("d/"), Some.File("d/.wh.f"), Some.File("d/f")], "d/f"));

    [Fact]
    public void A_whiteout_comes_before_the_folder_it_makes_room_for() =>
        Assert.Equal($".wh.d d/ d/f {Prefetch} e", Arrange([Some.File("e"), Some.File(".wh.d"), Some.Folder("d/"), Some.File("d/f")], "d/f"));

    [Fact]
    public void A_whiteout_after_a_file_stays_after_it() =>
        Assert.Equal($"f {Prefetch} .wh.f", Arrange([Some.File("f"), Some.File(".wh.f")], "f"));

    [Fact]
    public void Of_duplicates_the_last_counts_at_its_place()
    {
        var order = LayerOrder.Arrange([Some.File("./a", "old"), Some.File("b"), Some.File("a", "new"), Some.File("c")], []);
        Assert.Equal([NoPrefetch, "b", "a", "c"], order.Select(e => e.Name));
        Assert.Equal(3, order[2].Size);
    }

    [Theory]
    [InlineData(".prefetch.landmark")]
    [InlineData("./.no.prefetch.landmark")]
    [InlineData("/stargz.index.json")]
    public void Entries_of_the_format_are_dropped(string name)
    {
        Assert.Equal($"{NoPrefetch} d/{name[2..]}", Arrange([Some.File(name, "x"), Some.File("d/" + name[2..])]));
        Assert.Equal($"{NoPrefetch} a", Arrange([Some.File(name, "x"), Some.File("a")], name));
    }

    [Fact]
    public void Targets_of_hard_links_come_before_them()
    {
        Assert.Equal($"{NoPrefetch} f l", Arrange([Hard("l", "f"), Some.File("f")]));
        Assert.Equal($"{NoPrefetch} f m l", Arrange([Hard("l", "./m"), Hard("m", "/f"), Some.File("f")]));
        Assert.Equal($"d/ d/f l {Prefetch} e", Arrange([Some.File("e"), Some.Folder("d/"), Some.File("d/f"), Hard("l", "d/f")], "l"));
    }

    [Theory]
    [InlineData("a b", "b a")]
    [InlineData("a a")]
    [InlineData("a missing")]
    [InlineData("a b", "b c", "c a")]
    [InlineData("a stargz.index.json")]
    [InlineData("a folder")]
    public void Hard_links_without_a_file_at_their_end_are_refused(params string[] links)
    {
        Entry[] entries = [Some.Folder("folder/"), .. links.Select(l => Hard(l.Split(' ')[0], l.Split(' ')[1]))];
        Assert.Equal("ESTARGZ3002", Assert.Throws<EstargzException>(() => Arrange(entries)).Code);
        Assert.Equal("ESTARGZ3002", Assert.Throws<EstargzException>(() => Arrange(entries, "a")).Code);
    }

    [Fact]
    public void A_chain_of_a_hundred_thousand_links_is_followed_without_recursion()
    {
        Entry[] entries = [.. Enumerable.Range(0, 100_000).Select(i => new Entry { Name = $"{i}", Type = EntryType.HardLink, LinkName = $"{i + 1}" }), Some.File("100000")];
        Assert.Equal("100000", LayerOrder.Arrange(entries, [])[1].Name);
    }
}
