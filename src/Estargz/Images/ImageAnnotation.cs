using System.Collections.Immutable;

namespace Estargz.Images;

/// <summary>An annotation that the project asks for (OCI image spec, annotations.md).</summary>
/// <param name="Name">Its key.</param>
/// <param name="Value">Its value, which may be empty.</param>
/// <param name="OnManifest">Whether each image's manifest has it.</param>
/// <param name="OnIndex">Whether the index has it, where there is one.</param>
public sealed record ImageAnnotation(string Name, string Value, bool OnManifest, bool OnIndex)
{
    /// <summary>Reads an <c>EstargzAnnotation</c> item.</summary>
    /// <param name="name">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="target"><c>manifest</c>, <c>index</c>, or empty for both.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidProperty"/>.</exception>
    public static ImageAnnotation Parse(string name, string value, string target)
    {
        if (name.Trim().Length == 0 || name.Any(char.IsControl))
        {
            throw Invalid(name, "an annotation needs a name without control characters");
        }

        if (Annotation.DescribesBytes(name))
        {
            throw Invalid(name, "this annotation describes the bytes of a layer and is set by itself");
        }

        return target.ToLowerInvariant() switch
        {
            "" => new(name, value, OnManifest: true, OnIndex: true),
            "manifest" => new(name, value, OnManifest: true, OnIndex: false),
            "index" => new(name, value, OnManifest: false, OnIndex: true),
            _ => throw Invalid(name, $"its Scope is '{target}'; it has to be manifest or index, or not be there for both"),
        };
    }

    /// <summary>
    /// What the labels of an image tell of it under the names that annotations have too. What only the base image says is
    /// left out: it describes the base.
    /// </summary>
    /// <param name="labels">The image's labels.</param>
    /// <param name="baseLabels">Those of its base.</param>
    public static ImmutableSortedDictionary<string, string> OfLabels(
        ImmutableSortedDictionary<string, string> labels, ImmutableSortedDictionary<string, string> baseLabels) => labels
        .Where(label => label.Key.StartsWith(Annotation.Standard, StringComparison.Ordinal) && baseLabels.GetValueOrDefault(label.Key) != label.Value)
        .ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static EstargzException Invalid(string name, string why) => new(
        DiagnosticCode.InvalidProperty, $"EstargzAnnotation '{name}': {why}. Correct the item in the project.");
}
