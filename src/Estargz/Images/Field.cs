using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Estargz.Images;

/// <summary>A value in a JSON document from outside, with its place in it, so that every complaint names both.</summary>
/// <param name="Node">The value; null where the document has none, or says <c>null</c>.</param>
/// <param name="Path">Where in the document: <c>layers[3].size</c>.</param>
/// <param name="From">Which document: <c>the manifest of …</c>.</param>
internal sealed record Field(JsonNode? Node, string Path, string From)
{
    /// <summary>Whether there is no value.</summary>
    public bool IsMissing => Node is null;

    /// <summary>The member of this object with that name; missing where this object is.</summary>
    public Field this[string name] =>
        new(Node is null ? null : Object()[name], Path.Length == 0 ? name : $"{Path}.{name}", From);

    /// <summary>The value as an object.</summary>
    public JsonObject Object() => Node as JsonObject ?? throw Malformed("must be an object");

    /// <summary>The value as a string.</summary>
    public string Text() => Node is JsonValue value && value.GetValueKind() == JsonValueKind.String
        ? value.GetValue<string>()
        : throw Malformed("must be a string");

    /// <summary>The value as a string, or null where there is none.</summary>
    public string? TextOrNull() => IsMissing ? null : Text();

    /// <summary>The value as a whole number of 64 bits.</summary>
    public long Number() => Node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out long number)
        ? number
        : throw Malformed("must be a whole number");

    /// <summary>The value as true or false; false where there is none.</summary>
    public bool Flag() => !IsMissing && Node!.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Malformed("must be true or false"),
    };

    /// <summary>The values of this list; none where there is no list.</summary>
    public IEnumerable<Field> Items()
    {
        if (IsMissing)
        {
            return [];
        }

        var (path, from) = (Path, From);
        var list = Node as JsonArray ?? throw Malformed("must be a list");
        return list.Select((node, i) => new Field(node, $"{path}[{i}]", from));
    }

    /// <summary>The strings of this list; none where there is no list.</summary>
    public ImmutableArray<string> Texts() => [.. Items().Select(item => item.Text())];

    /// <summary>The members of this object, all of them strings, in ordinal order; none where there is no object.</summary>
    public ImmutableSortedDictionary<string, string> TextMembers()
    {
        var members = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (!IsMissing)
        {
            foreach (var (name, node) in Object())
            {
                // The name is not shown: it is as long and as strange as the image wants.
                members.Add(name, new Field(node, $"a value of {Path}", From).Text());
            }
        }

        return members.ToImmutable();
    }

    /// <summary>The complaint about this value.</summary>
    /// <param name="why">What it must be, or why it cannot be: follows the path.</param>
    public EstargzException Malformed(string why) => new(
        DiagnosticCode.ImageMalformed, $"{(Path.Length == 0 ? "The top" : Path)} in {From} {why}. Rebuild that image or choose another.");
}
