using System.Reflection;

namespace Estargz.Architecture;

/// <summary>What the sources promise a reader.</summary>
public class SourceTests
{
    /// <summary>The folder of the solution, above the one that the tests run in.</summary>
    private static string Root { get; } = Enumerable.Range(0, 10)
        .Select(i => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, string.Join('/', Enumerable.Repeat("..", i)))))
        .First(f => File.Exists(Path.Combine(f, "Estargz.sln")));

    private static IEnumerable<string> Files(params string[] folders) => folders
        .Select(f => Path.Combine(Root, f))
        .Where(Directory.Exists)
        .SelectMany(f => Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories))
        .Where(f => !f.Split(Path.DirectorySeparatorChar).Any(e => e is "bin" or "obj"));

    public static TheoryData<string> Codes => [.. typeof(DiagnosticCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => f.Name)];

    [Fact]
    public void No_source_has_more_than_300_lines() => Assert.Empty(
        Files("src", "tests").Where(f => f.EndsWith(".cs", StringComparison.Ordinal) && File.ReadLines(f).Count() > 300).Select(f => Path.GetRelativePath(Root, f)));

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_diagnostic_code_is_given_somewhere(string name)
    {
        var code = (string)typeof(DiagnosticCode).GetField(name)!.GetValue(null)!;
        Assert.Contains(Files("src", "build"), f => Path.GetFileName(f) != "DiagnosticCode.cs" && Names(File.ReadAllText(f)));

        bool Names(string text) =>
            text.Contains("DiagnosticCode." + name, StringComparison.Ordinal) || text.Contains(code, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_diagnostic_code_is_another_one()
    {
        var codes = typeof(DiagnosticCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetValue(null)!).ToArray();
        Assert.Equal(codes.Distinct(), codes);
        Assert.All(codes, c => Assert.Matches("^ESTARGZ[1-5][0-9]{3}$", c));
    }
}
