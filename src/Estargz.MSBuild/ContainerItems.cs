using System.Text.Json;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Estargz.MSBuild;

/// <summary>
/// Labels, ports and variables as one property: base64 of JSON, so that no character in them means anything to MSBuild on
/// the way to another build of the project. Of each item, its name and one value.
/// </summary>
internal static class ContainerItems
{
    /// <summary>Writes items.</summary>
    /// <param name="items">The items.</param>
    /// <param name="value">The name of the metadata that is the value.</param>
    public static string Write(IEnumerable<ITaskItem> items, string value) =>
        Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(items.Select(item => new[] { item.ItemSpec, item.GetMetadata(value) })));

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static ITaskItem[] Read(string text, string value) => text.Length == 0 ? [] :
        [.. JsonSerializer.Deserialize<string[][]>(Convert.FromBase64String(text))!.Select(pair => Item(pair[0], value, pair[1]))];

    private static TaskItem Item(string name, string metadata, string value)
    {
        var item = new TaskItem();
        ((ITaskItem2)item).EvaluatedIncludeEscaped = name.Replace("%", "%25", StringComparison.Ordinal);
        ((ITaskItem2)item).SetMetadataValueLiteral(metadata, value);
        return item;
    }
}
