using System.Text.RegularExpressions;

namespace Estargz.Tests.Documentation;

public sealed partial class LinkTests
{
    /// <summary>README and pages, as paths in the clone.</summary>
    public static TheoryData<string> Pages => [.. Directory.GetFiles(SourceTree.File("docs"), "*.md").Select(page => "docs/" + Path.GetFileName(page)).Prepend("README.md").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void No_link_leads_to_a_file_or_heading_that_is_not_there(string page)
    {
        var links = MarkdownLink.In(File.ReadAllText(SourceTree.File(page)));
        Assert.All(links, link =>
        {
            var (path, anchor) = link.Split('#') is [var before, var after] ? (before, after) : (link, "");
            var target = path.Length == 0 ? SourceTree.File(page) : Path.Combine(Path.GetDirectoryName(SourceTree.File(page))!, path);
            Assert.True(Path.Exists(target), link);
            Assert.True(anchor.Length == 0 || Anchors(target).Contains(anchor), $"{link}: there is no such heading.");
        });
    }

    /// <summary>What GitHub makes of headings: lower case, hyphens for spaces, no punctuation.</summary>
    private static IEnumerable<string> Anchors(string page) =>
        Heading().Matches(File.ReadAllText(page)).Select(match => Punctuation().Replace(match.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"^#+ (?<text>.*?)\s*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w -]")]
    private static partial Regex Punctuation();
}
