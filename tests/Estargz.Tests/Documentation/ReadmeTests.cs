using System.Reflection;
using System.Text.RegularExpressions;

namespace Estargz.Tests.Documentation;

public sealed partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(SourceTree.File("README.md"));

    [Fact]
    public void It_lists_every_diagnostic_code_once() => Assert.Equal(
        typeof(DiagnosticCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetValue(null)!).Order(StringComparer.Ordinal),
        Keys("Diagnostic codes"));

    [Fact]
    public void It_lists_every_property_once() => Assert.Equal(BuildFiles.Properties, Keys("Properties"));

    [Fact]
    public void It_lists_every_item_once() => Assert.Equal(BuildFiles.Items, Keys("Items"));

    [Fact]
    public void It_names_no_property_or_item_that_does_not_exist() =>
        Assert.Empty(PropertyName().Matches(Readme).Select(match => match.Value).Except([.. BuildFiles.Properties, .. BuildFiles.Items]));

    /// <summary>The first cells of the table below a heading, without back-ticks and links, sorted.</summary>
    private static string[] Keys(string heading)
    {
        var section = Regex.Match(Readme, $@"^## {heading}\s*$(?<text>.*?)(?=^## |\z)", RegexOptions.Multiline | RegexOptions.Singleline);
        Assert.True(section.Success, $"README.md has no '## {heading}'.");
        return [.. Row().Matches(section.Groups["text"].Value).Select(match => match.Groups["key"].Value).Order(StringComparer.Ordinal)];
    }

    [GeneratedRegex(@"(?<![\w.])Estargz[A-Z]\w*")]
    private static partial Regex PropertyName();

    // | `EstargzEnabled` | ... or | [ESTARGZ1001](docs/ESTARGZ1001.md) | ...
    [GeneratedRegex(@"^\|\s*\[?`?(?<key>(?:Estargz|ESTARGZ)\w+)", RegexOptions.Multiline)]
    private static partial Regex Row();
}
