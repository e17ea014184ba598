using System.Reflection;

namespace Estargz.Tests.Documentation;

public sealed class DiagnosticPageTests
{
    private static readonly string[] Codes =
    [
        .. typeof(DiagnosticCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetValue(null)!).Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void Every_code_has_one_page_and_every_page_a_code() =>
        Assert.Equal(
            Codes,
            Directory.GetFiles(SourceTree.File("docs"), "ESTARGZ*").Select(page => Path.GetFileNameWithoutExtension(page)).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_page_has_its_code_as_title_and_in_its_example_and_tells_what_to_do()
    {
        Assert.NotEmpty(Codes);
        Assert.All(Codes, code =>
        {
            var page = File.ReadAllLines(SourceTree.File("docs", code + ".md"));
            Assert.StartsWith($"# {code}: ", page[0], StringComparison.Ordinal);
            Assert.Contains("```text", page);
            Assert.Contains(page[(Array.IndexOf(page, "## Causes and cures") + 1)..], line => line.StartsWith("- **", StringComparison.Ordinal));

            // Information has no code in the line that a user sees; errors and warnings have.
            Assert.True(code == DiagnosticCode.NotLazyHere || page.Any(line => line.Contains($"{code}: ", StringComparison.Ordinal) && !line.StartsWith('#')), code);
        });
    }
}
