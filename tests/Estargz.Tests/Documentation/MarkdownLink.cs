using System.Text.RegularExpressions;

namespace Estargz.Tests.Documentation;

/// <summary>Where <c>[text](target)</c> leads.</summary>
internal static partial class MarkdownLink
{
    public static IEnumerable<string> In(string markdown) => Pattern().Matches(markdown).Select(match => match.Groups["target"].Value);

    [GeneratedRegex(@"\[[^\]]+\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Pattern();
}
