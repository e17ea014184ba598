using CsCheck;
using Estargz.Profiles;

namespace Estargz.Tests.Profiles;

public class ProfileTextTests
{
    private const string Text =
        "# estargz startup profile 1\n# rid: linux-x64\n# framework: Microsoft.NETCore.App 10.0.12\n# framework: Microsoft.AspNetCore.App 10.0.12\n"
        + "# recorder: strace\n# command: dotnet /app/web.dll --urls http://+:8080\n# ready: 1.8 s\n"
        + "$(dotnet)/dotnet\nusr/lib/*-linux-*/libicudata.so.*\tpages=0-3,120\n$(framework:Microsoft.NETCore.App)/System.Runtime.dll\n$(app)/web.dll\n/#odd\n/$(app)/x\n$(app)\n";

    [Fact]
    public void Header_tokens_and_pages_are_read()
    {
        var profile = StartupProfile.Parse(Text, "the test");
        Assert.Equal("linux-x64", profile.Header.Rid);
        Assert.Equal("strace", profile.Header.Recorder);
        Assert.Equal("dotnet /app/web.dll --urls http://+:8080", profile.Header.Command);
        Assert.Equal(1.8, profile.Header.ReadySeconds);
        Assert.Equal([new("Microsoft.NETCore.App", "10.0.12"), new("Microsoft.AspNetCore.App", "10.0.12")], profile.Header.Frameworks.AsEnumerable());
        Assert.Equal(
            [
                new(PathToken.Dotnet, "dotnet"),
                new(null, "usr/lib/*-linux-*/libicudata.so.*") { Pages = TouchedPages.Of([new(0, 3), new(120, 120)]) },
                new(PathToken.Framework("Microsoft.NETCore.App"), "System.Runtime.dll"),
                new(PathToken.App, "web.dll"),
                new(null, "#odd"),
                new(null, "$(app)/x"),
                new ProfileLine(PathToken.App, ""),
            ],
            profile.Lines.AsEnumerable());
    }

    [Fact]
    public void It_is_written_as_it_was_read() => Assert.Equal(Text, StartupProfile.Parse(Text, "the test").ToText());

    [Theory]
    [InlineData("# estargz startup profile 1\na")]
    [InlineData("# estargz startup profile\n# rid:\n#framework: a b c\n# whatever: x\n# ready: soon\n# ready: -1 s\n# ready: 1,5 s\n# just words\na")]
    [InlineData("a\n# rid: linux-x64\n# estargz startup profile 2")]
    [InlineData("# estargz startup profile one\na")]
    public void Other_comments_mean_nothing(string text)
    {
        var profile = StartupProfile.Parse(text, "the test");
        Assert.Equal(["a"], profile.Paths.AsEnumerable());
        Assert.Equal((null, null, null, 0), (profile.Header.Rid, profile.Header.Recorder, profile.Header.Command, profile.Header.Frameworks.Length));
    }

    [Theory]
    [InlineData("# estargz startup profile 2\na", "version 2")]
    [InlineData("#estargz startup profile 10", "version 10")]
    [InlineData("a\n$(foo)/b", "Line 2")]
    [InlineData("$(app", "Line 1")]
    [InlineData("$(app)x", "Line 1")]
    [InlineData("$(App)/x", "$(app), $(dotnet)")]
    [InlineData("$(framework:)/x", "Line 1")]
    [InlineData("$(framework:..)/x", "Line 1")]
    [InlineData("$(framework:a/b)/x", "Line 1")]
    [InlineData("$(framework:*)/x", "Line 1")]
    [InlineData("\n\nx\tpages=", "Line 3")]
    [InlineData("x\tpages=3-1", "pages=0-3,120")]
    public void What_makes_no_sense_is_told_with_its_line(string text, string part)
    {
        var failure = Assert.Throws<EstargzException>(() => StartupProfile.Parse(text, "'p' from EstargzStartupProfile"));
        Assert.Equal(DiagnosticCode.ProfileUnreadable, failure.Code);
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.Contains("'p' from EstargzStartupProfile", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tab_before_anything_else_is_part_of_the_name() =>
        Assert.Equal(["a\tb", "a\tpage=1"], StartupProfile.Parse("a\tb\na\tpage=1", "the test").Paths.AsEnumerable());

    [Fact]
    public void A_second_mention_brings_its_pages() =>
        Assert.Equal(["x\tpages=0-1,5", "y"], Body(StartupProfile.Parse("x\ny\n/x\tpages=0\nx\tpages=1,5\nx", "the test")));

    [Fact]
    public void What_a_line_cannot_hold_is_matched_instead()
    {
        var profile = StartupProfile.Of(ProfileHeader.Empty, [ProfileLine.Of("a\nb"), ProfileLine.Of("c\td "), ProfileLine.Of(" e"), ProfileLine.Of("\"]"), ProfileLine.Of("[x")]);
        Assert.Equal(["a?b", "c?d?", "/ e", "\"]", "/[x"], Body(profile));
        var tree = TreeSample.Tree(["a\nb", "c\td ", " e", "[x"]);
        Assert.Equal(["a\nb", "c\td ", " e", "[x"], StartupOrder.Create(StartupProfile.Parse(profile.ToText(), "the test"), tree).Entries.Select(entry => entry.Name));
    }

    [Fact]
    public void A_header_stays_on_its_lines() => Assert.Equal(
        "# estargz startup profile 1\n# command: a b\n",
        StartupProfile.Of(new ProfileHeader { Command = "a\nb" }, []).ToText());

    [Fact]
    public void What_is_written_reads_as_the_same() => Gen.String[Gen.Char["ab/.$(){}[]#?*\t \"pages=0-9,:"], 0, 40].Array[0, 8].Sample(lines =>
    {
        StartupProfile profile;
        try
        {
            profile = StartupProfile.Parse(string.Join('\n', lines), "the test");
        }
        catch (EstargzException)
        {
            return;
        }

        // A tab in a name, and a blank at its end, are written as the glob that matches them.
        var again = StartupProfile.Parse(profile.ToText(), "the test");
        Assert.Equal(
            profile.Paths.Select(path => (path.EndsWith(' ') ? path[..^1] + '?' : path).Replace('\t', '?')).Distinct(),
            again.Paths.AsEnumerable());
        Assert.Equal(again.ToText(), StartupProfile.Parse(again.ToText(), "the test").ToText());
    });

    private static IEnumerable<string> Body(StartupProfile profile) => profile.ToText().TrimEnd('\n').Split('\n').Skip(1);
}
