using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Estargz.Tests.Documentation;

/// <summary>The files in <c>samples/</c> that are no projects: for CI, runtimes, clusters.</summary>
public sealed partial class SampleFileTests
{
    private static readonly Dictionary<string, string> Files = new[] { "ci", "runtime", "compose" }
        .SelectMany(folder => Directory.GetFiles(SourceTree.File("samples", folder)))
        .ToDictionary(file => Path.GetRelativePath(SourceTree.File("samples"), file), File.ReadAllText);

    [Fact]
    public void Yaml_is_yaml()
    {
        var files = Files.Where(file => Path.GetExtension(file.Key) is ".yml" or ".yaml").ToArray();
        Assert.True(files.Length >= 6);
        Assert.All(files, file => Assert.All(Documents(file.Value), document => Assert.IsType<YamlMappingNode>(document.RootNode)));
    }

    [Fact]
    public void Actions_and_tasks_have_a_version()
    {
        var steps = Nodes(Documents(Files[Path.Combine("ci", "github-actions.yml")])).Concat(Nodes(Documents(Files[Path.Combine("ci", "azure-pipelines.yml")])))
            .OfType<YamlMappingNode>()
            .SelectMany(node => node.Children)
            .Where(pair => pair.Key is YamlScalarNode { Value: "uses" or "task" })
            .Select(pair => ((YamlScalarNode)pair.Value).Value!)
            .ToArray();
        Assert.True(steps.Length >= 6);
        Assert.All(steps, step => Assert.Matches(@"^[\w/-]+@v?\d+$", step));
    }

    [Fact]
    public void Nothing_is_latest() => Assert.All(Files, file => Assert.DoesNotContain("latest", file.Value, StringComparison.Ordinal));

    [Fact]
    public void Properties_are_ours_or_the_SDKs()
    {
        var used = Files.Values.SelectMany(text => Property().Matches(text)).Select(match => match.Groups["name"].Value).ToHashSet();
        Assert.Contains("EstargzCachePath", used);
        Assert.Contains("ContainerRegistry", used);
        Assert.Empty(used.Except([.. BuildFiles.Properties, "ContainerRegistry", "ContainerRepository", "ContainerImageTag", "ContainerUser"]));
    }

    [Fact]
    public void Targets_and_commands_exist()
    {
        var text = string.Concat(Files.Values);
        Assert.Equal(["PublishContainer"], Target().Matches(text).Select(match => match.Groups["name"].Value).Distinct());
        var commands = ToolCommand().Matches(text).Select(match => match.Groups["name"].Value).Distinct().ToArray();
        Assert.NotEmpty(commands);
        var page = File.ReadAllText(SourceTree.File("docs", "tool.md"));
        Assert.All(commands, command => Assert.Contains($"\n## `{command}`\n", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Projects_exist()
    {
        var projects = Project().Matches(string.Concat(Files.Values)).Select(match => match.Groups["name"].Value).Distinct().ToArray();
        Assert.NotEmpty(projects);
        Assert.All(projects, project => Assert.True(File.Exists(SourceTree.File("samples", project, project + ".csproj")), project));
    }

    [Fact]
    public void Every_file_is_named_in_the_documentation()
    {
        var pages = string.Concat(Directory.GetFiles(SourceTree.File("docs"), "*.md").Append(SourceTree.File("README.md")).Select(File.ReadAllText));
        Assert.All(Files.Keys, file => Assert.Contains("samples/" + file.Replace('\\', '/'), pages, StringComparison.Ordinal));
    }

    private static IList<YamlDocument> Documents(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents;
    }

    private static IEnumerable<YamlNode> Nodes(IEnumerable<YamlDocument> documents) => documents.SelectMany(document => document.AllNodes);

    [GeneratedRegex(@"(?<![\w.])(?<name>(?:Estargz|Container)[A-Z]\w*)(?!\w)")]
    private static partial Regex Property();

    [GeneratedRegex(@"(?<=\s)-t:(?<name>\w+)")]
    private static partial Regex Target();

    [GeneratedRegex(@"dotnet[ -]estargz (?<name>\w+)")]
    private static partial Regex ToolCommand();

    [GeneratedRegex(@"src/(?<name>\w+)")]
    private static partial Regex Project();
}
