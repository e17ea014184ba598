using CsCheck;
using Estargz.Profiles;
using static Estargz.Tests.Profiles.TreeSample;

namespace Estargz.Tests.Profiles;

public class GlobSetTests
{
    [Theory]
    [InlineData("app/*.dll", "app/a.dll app/b.dll")]
    [InlineData("app/**", "app/a.dll app/b.dll app/sub/c.dll app/sub/deep/d.dll app/x.json")]
    [InlineData("app/**/*.dll", "app/a.dll app/b.dll app/sub/c.dll app/sub/deep/d.dll")]
    [InlineData("**/deep/*", "app/sub/deep/d.dll")]
    [InlineData("**/**/sub/**/**", "app/sub/c.dll app/sub/deep/d.dll")]
    [InlineData("*/*/*/d.dll", "app/sub/deep/d.dll")]
    [InlineData("**/c.dll", "app/sub/c.dll")]
    [InlineData("app/su?", "")]
    [InlineData("app/sub/../*.json", "app/x.json")]
    [InlineData("link/*.json", "app/x.json")]
    [InlineData("l*/x.json", "")]
    [InlineData("l*", "link")]
    [InlineData("app/x.json/*", "")]
    [InlineData("none/*", "")]
    public void Files_are_found_in_ordinal_order(string glob, string found) => Assert.Equal(
        found,
        string.Join(' ', Match(Tree(
            ["app/x.json", "app/sub/deep/d.dll", "app/sub/c.dll", "app/b.dll", "app/a.dll", "app/empty/", "link -> app"]), glob)[0]));

    [Fact]
    public void Each_file_is_found_once_whatever_the_pattern() => Gen.OneOf(Gen.Const("**"), Gen.Const("*"), Gen.Const("a"), Gen.Const("?b"), Gen.Const("ab"))
        .Array[1, 8].Where(glob => glob.Any(Glob.IsPattern)).Sample(glob =>
        {
            return Match(Wide, string.Join('/', glob))[0].SequenceEqual(Files.Where(file => Matches(glob, file.Split('/'))).Order(StringComparer.Ordinal));
        });

    [Fact]
    public void Many_stars_in_a_deep_tree_cost_little()
    {
        // With a search for each star this would take longer than the universe has existed.
        var deep = Tree([.. Enumerable.Range(0, 200).Select(i => string.Join('/', Enumerable.Repeat("a", i + 1)) + "/f")]);
        var glob = string.Join('/', Enumerable.Repeat("**/a*", 30)) + "/none";
        Assert.Empty(Match(deep, glob)[0]);
    }

    [Fact]
    public void A_file_belongs_to_the_first_glob_that_matches_it()
    {
        var matches = GlobSet.Match(["*/a/x", "**/x", "none/**/x", "**/b?", "**"], Wide);
        Assert.Equal(["a/a/x", "ab/a/x", "b/a/x"], matches["*/a/x"].Nodes.Select(node => node.Entry!.Name));
        Assert.Equal(
            ["a/ab/x", "a/cb/x", "ab/ab/x", "ab/cb/x", "b/ab/x", "b/cb/x"], matches["**/x"].Nodes.Select(node => node.Entry!.Name));
        Assert.Equal([true, true, false, true, true], matches.Values.Select(match => match.Any));
        Assert.Equal(Files.Length, matches.Values.Sum(match => match.Nodes.Count));
    }

    [Fact]
    public void A_glob_that_matches_only_what_others_matched_is_found()
    {
        var matches = GlobSet.Match(["**", "*/a/x"], Wide);
        Assert.True(matches["*/a/x"].Any);
        Assert.Empty(matches["*/a/x"].Nodes);
    }

    private static readonly string[] Files =
    [
        .. from a in new[] { "a", "b", "ab" } from b in new[] { "a", "ab", "cb" } from c in new[] { "ab", "x", "bb" } select $"{a}/{b}/{c}", "top", "xb",
    ];

    private static readonly ImageTree Wide = Tree(Files);

    private static string[][] Match(ImageTree tree, params string[] globs) =>
        [.. GlobSet.Match(globs, tree).Values.Select(match => match.Nodes.Select(node => node.Entry!.Name).ToArray())];

    private static bool Matches(ReadOnlySpan<string> glob, ReadOnlySpan<string> path) => glob switch
    {
        [] => path.IsEmpty,
        ["**", .. var rest] => Matches(rest, path) || (!path.IsEmpty && Matches(glob, path[1..])),
        [var segment, .. var rest] => !path.IsEmpty && GlobTests.Matches(segment, path[0]) && Matches(rest, path[1..]),
    };
}
