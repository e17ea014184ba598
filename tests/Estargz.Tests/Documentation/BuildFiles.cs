using System.Text.RegularExpressions;

namespace Estargz.Tests.Documentation;

/// <summary>The public names in <c>build/</c>, what a user's project imports.</summary>
internal static partial class BuildFiles
{
    private static readonly string s_text = string.Concat(Directory.GetFiles(SourceTree.File("build")).Select(File.ReadAllText));

    /// <summary>The properties: those that are set or used.</summary>
    public static string[] Properties { get; } = Names(PropertyUse());

    /// <summary>The items: those that are used.</summary>
    public static string[] Items { get; } = Names(ItemUse());

    /// <summary>The targets that users call: those whose name begins with no underscore.</summary>
    public static string[] Targets { get; } = Names(Target());

    private static string[] Names(Regex use) => [.. use.Matches(s_text).Select(match => match.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"\$\((?<name>Estargz[A-Z]\w*)\)|<(?<name>Estargz[A-Z]\w*)[\s>/]")]
    private static partial Regex PropertyUse();

    [GeneratedRegex(@"@\((?<name>Estargz[A-Z]\w*)\)")]
    private static partial Regex ItemUse();

    [GeneratedRegex(@"<Target Name=""(?<name>[A-Z]\w*)""")]
    private static partial Regex Target();
}
