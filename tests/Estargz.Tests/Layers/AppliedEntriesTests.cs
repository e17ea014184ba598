using Estargz.Profiles;

namespace Estargz.Layers;

/// <summary>Entries of one layer that get into each other's way; what is expected is what containerd and umoci make of them.</summary>
public sealed class AppliedEntriesTests
{
    /// <summary><c>f=1</c> a file with its content, <c>d/</c> a folder, <c>s->t</c> a symbolic and <c>h>t</c> a hard link.</summary>
    [Theory]
    [InlineData("d/ d/a=1 b>d/a", "d/ d/a=1 b>d/a")]
    [InlineData("a=1 a=2", "a=2")]
    [InlineData("d/ d/x=1 d=2", "d=2")]
    [InlineData("d/x=1 d=2", "d=2")]
    [InlineData("d/ d/x=1 d=2 d/ d/y=3", "d/ d/y=3")]
    [InlineData("d/ d/x=1 d/", "d/x=1 d/")]
    [InlineData("d->q d/z1=1 d/ d/z2=2", "q/z1=1 d/ d/z2=2")]
    [InlineData("a=1 b>a a=2", "b=1 a=2")]
    [InlineData("a=1 b>a c>b a=2", "b=1 c>b a=2")]
    [InlineData("a=1 b>a a=2 c>a", "b=1 a=2 c>a")]
    [InlineData("x=1 y>x x>y", "y=1 x>y")]
    [InlineData("d/ d/a=1 b>d/a d=2", "b=1 d=2")]
    [InlineData("usr/lib/ lib->usr/lib lib/z=1", "usr/lib/ lib->usr/lib usr/lib/z=1")]
    [InlineData("a/b/ a/l->../c a/l/z=1 h>a/l/z", "a/b/ a/l->../c c/z=1 h>c/z")]
    [InlineData("l->/abs l/d/ l/d/z=1", "l->/abs abs/d/ abs/d/z=1")]
    [InlineData(".wh..wh.aufs=1 .wh..wh.plnk/ .wh..wh.plnk/1=2 a>.wh..wh.plnk/1 d/.wh..wh..opq=3 .wh.gone=4", "a=2 d/.wh..wh..opq=3 .wh.gone=4")]
    [InlineData("b>a a=1 a=2", "b>a a=2")]
    [InlineData("c/z=1 l->c h>l/z", "c/z=1 l->c h>c/z")]
    [InlineData("c/z=1 k->l l->/c i>./k//z h>i", "c/z=1 k->l l->/c i>c/z h>c/z")]
    [InlineData("h>l/z c/z=1 l->c", "h>l/z c/z=1 l->c")]
    [InlineData("b>gone", "b>gone")]
    [InlineData("b>gone a=1 a=2", "b>gone a=2")]
    [InlineData("/ ./a=1 / a=2", "/ a=2")]
    public void What_is_left_is_what_an_unpacker_ends_up_with(string entries, string left) =>
        Assert.Equal(left, string.Join(' ', AppliedEntries.Of([.. entries.Split(' ').Select(Parse)]).Select(Show)));

    /// <summary>Lower layers have <c>lib->usr/lib</c>, <c>usr/lib/up->..</c>, <c>abs->/opt/a</c> and <c>lib64->lib</c>.</summary>
    [Theory]
    [InlineData("lib/z=1", "usr/lib/z=1")]
    [InlineData("./lib/d/ lib/d/z=1", "usr/lib/d/ usr/lib/d/z=1")]
    [InlineData("lib/.wh.z=1 lib/d/.wh..wh..opq=2", "usr/lib/.wh.z=1 usr/lib/d/.wh..wh..opq=2")]
    [InlineData("lib/a=1 lib/h>lib/a h>usr/lib/a", "usr/lib/a=1 usr/lib/h>usr/lib/a h>usr/lib/a")]
    [InlineData("usr/lib/a=1 h>lib/a", "usr/lib/a=1 h>usr/lib/a")]
    [InlineData("lib/a=1 usr/lib/a=2", "usr/lib/a=2")]
    [InlineData("lib/s->x lib/s/z=1", "usr/lib/s->x usr/lib/x/z=1")]
    [InlineData("l->lib l/z=1", "l->lib usr/lib/z=1")]
    [InlineData("lib64/z=1 lib/up/z=2 abs/z=3", "usr/lib/z=1 usr/z=2 opt/a/z=3")]
    [InlineData("lib/ lib/z=1", "lib/ lib/z=1")]
    [InlineData("lib->q lib/z=1", "lib->q q/z=1")]
    [InlineData("h>lib", "h>lib")]
    [InlineData("h>lib/gone", "h>lib/gone")]
    public void What_is_written_through_a_link_of_a_lower_layer_is_where_that_leads(string entries, string left) => Assert.Equal(left, string.Join(' ', AppliedEntries.Of(
        [.. entries.Split(' ').Select(Parse)], Below("lib64", "lib"), Below("lib", "usr/lib"), Below("usr/lib/up", ".."), Below("abs", "/opt/a")).Select(Show)));

    [Theory]
    [InlineData("f=1 f/x=2", "'f/x' lies below 'f'")]
    [InlineData("f=1 h>f/x", "'f/x' lies below 'f'")]
    [InlineData("a->b b->a a/x=1", "'a/x' lies below")]
    public void What_lies_below_a_file_cannot_be(string entries, string says)
    {
        var error = Assert.Throws<EstargzException>(() => AppliedEntries.Of([.. entries.Split(' ').Select(Parse)]));

        Assert.Equal(DiagnosticCode.TarInvalid, error.Code);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_with_another_name_has_a_header_that_says_so()
    {
        var entry = AppliedEntries.Of([Parse("l->d"), Parse("l/x=1")])[1];

        var header = new byte[512];
        entry.Header.Read(0, header);
        Assert.Equal("d/x", System.Text.Encoding.ASCII.GetString(header, 0, 100).TrimEnd('\0'));
    }

    [Fact]
    public void Of_a_folder_that_comes_twice_the_last_entry_counts()
    {
        var entries = AppliedEntries.Of([Some.Folder("d/") with { Mode = 448, UserId = 1 }, Some.File("d/f"), Some.Folder("d/") with { Mode = 1023 }]);

        Assert.Equal([("d/f", 420, 0), ("d/", 1023, 0)], entries.Select(entry => (entry.Name, entry.Mode, entry.UserId)));
    }

    private static TreeEntry Below(string name, string target) => new(name, TreeEntryType.Symlink) { LinkTarget = target };

    private static Entry Parse(string text) =>
        text.Split("->") is [var symlink, var to] ? Some.Link(symlink, to, EntryType.Symlink)
        : text.Split('>') is [var hard, var target] ? Some.Link(hard, target, EntryType.HardLink)
        : text.Split('=') is [var file, var content] ? Some.File(file, System.Text.Encoding.ASCII.GetBytes(content))
        : Some.Folder(text);

    private static string Show(Entry entry) => entry.Type switch
    {
        EntryType.Symlink => $"{entry.Name}->{entry.LinkName}",
        EntryType.HardLink => $"{entry.Name}>{entry.LinkName}",
        EntryType.Directory => entry.Name,
        _ => $"{entry.Name}={Content(entry)}",
    };

    private static string Content(Entry entry)
    {
        var bytes = new byte[entry.Size];
        entry.Content.Read(0, bytes);
        return System.Text.Encoding.ASCII.GetString(bytes);
    }
}
