using System.Globalization;
using System.Text.RegularExpressions;
using Estargz.Layers;

namespace Estargz.Tests.Documentation;

/// <summary><c>docs/properties.md</c> against <c>build/</c> and the task that reads the properties.</summary>
public sealed partial class PropertyReferenceTests
{
    private const string Page = "docs/properties.md";

    private static readonly Dictionary<string, string> Entries = Entry().Matches(File.ReadAllText(SourceTree.File("docs", "properties.md")))
        .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["text"].Value.ReplaceLineEndings("\n"));

    [Fact]
    public void Every_property_item_and_target_has_an_entry_and_every_entry_is_one()
    {
        string[] names = [.. BuildFiles.Properties, .. BuildFiles.Items, .. BuildFiles.Targets];
        Assert.True(names.Length >= 15, "build/ has hardly any names: are the patterns still right?");
        Tell(names.Except(Entries.Keys), name => $"{Page} has no entry '### `{name}`', and build/ has {name}. Add one, with the lines that the others have.");
        Tell(Entries.Keys.Except(names), name => $"{Page} has an entry {name}, and build/ has nothing of that name. Remove it.");
    }

    [Theory]
    [InlineData("Values")]
    [InlineData("Default")]
    [InlineData("Example")]
    [InlineData("Works with")]
    [InlineData("Complains")]
    public void Every_property_says(string line) =>
        Tell(BuildFiles.Properties.Intersect(Entries.Keys).Where(name => Line(name, line).Length == 0), name => $"{Page}: {name} has no line '- {line}: ...'.");

    [Fact]
    public void Choices_are_those_of_the_task()
    {
        var choices = Choice().Matches(PublishTask()).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["values"].Value.Replace("\"", "`", StringComparison.Ordinal));
        Assert.True(choices.Count >= 5, "PublishTask.cs has hardly any choices: is the pattern still right?");
        Tell(choices.Keys.Intersect(Entries.Keys).Where(name => !Line(name, "Values").StartsWith(choices[name], StringComparison.Ordinal)), name => $"{Page}: the line '- Values:' of {name} has to begin with {choices[name]}, as in PublishTask.cs.");
        Tell(choices.Keys.Intersect(Entries.Keys).Where(name => !Line(name, "Default").StartsWith(choices[name].Split(',')[0], StringComparison.Ordinal)), name => $"{Page}: the line '- Default:' of {name} has to begin with {choices[name].Split(',')[0]}, the first value in PublishTask.cs.");
    }

    public static TheoryData<string, int, int, int> Numbers { get; } = new()
    {
        { "EstargzChunkSize", LayerOptions.MinChunkSize, LayerOptions.MaxChunkSize, LayerOptions.DefaultChunkSize },
        { "EstargzCompressionLevel", 1, 9, CompressionLevels.Managed.Balanced },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Numbers_are_those_of_the_library(string property, int min, int max, int otherwise)
    {
        Assert.StartsWith($"{min} to {max}", Line(property, "Values"), StringComparison.Ordinal);
        Assert.StartsWith($"`{otherwise.ToString(CultureInfo.InvariantCulture)}`", Line(property, "Default"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_example_uses_what_it_is_an_example_of() =>
        Tell(BuildFiles.Properties.Intersect(Entries.Keys).Where(name => !Line(name, "Example").Contains(name, StringComparison.Ordinal)), name => $"{Page}: the example of {name} does not have it.");

    [Fact]
    public void Codes_exist() => Tell(
        Code().Matches(string.Concat(Entries.Values)).Select(match => match.Value).Distinct().Where(code => !File.Exists(SourceTree.File("docs", code + ".md"))),
        code => $"{Page} names {code}, and docs/{code}.md does not exist.");

    private static void Tell(IEnumerable<string> wrong, Func<string, string> message)
    {
        var lines = wrong.Select(message).ToArray();
        Assert.True(lines.Length == 0, string.Join('\n', lines));
    }

    /// <summary>What stands behind <c>- Values: </c>; empty if there is no such line.</summary>
    private static string Line(string entry, string name) =>
        Entries[entry].Split('\n').FirstOrDefault(line => line.StartsWith($"- {name}: ", StringComparison.Ordinal))?[(name.Length + 4)..] ?? "";

    private static string PublishTask() => File.ReadAllText(SourceTree.File("src", "Estargz.MSBuild", "PublishTask.cs"));

    [GeneratedRegex(@"^### `(?<name>\w+)`\s*$(?<text>.*?)(?=^##|\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Entry();

    // Choice("EstargzLayers", AppLayers, "split", "single")
    [GeneratedRegex(@"Choice\(""(?<name>\w+)"", \w+, (?<values>""\w+""(?:, ""\w+"")*)\)")]
    private static partial Regex Choice();

    [GeneratedRegex(@"ESTARGZ\d{4}")]
    private static partial Regex Code();
}
