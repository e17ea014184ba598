using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Estargz.Tool;

/// <summary>What <c>inspect --json</c> writes. The names are documented in <c>docs/tool.md</c>: none changes its meaning.</summary>
/// <param name="Image">What was asked for.</param>
/// <param name="Platforms">One for each platform.</param>
internal sealed record InspectedImage(string Image, IReadOnlyList<InspectedPlatform> Platforms);

/// <summary>One platform of an image.</summary>
/// <param name="Platform"><c>linux/amd64</c>.</param>
/// <param name="Digest">Digest of the manifest.</param>
/// <param name="MediaType">Media type of the manifest.</param>
/// <param name="Size">The sum of the layers' sizes in bytes.</param>
/// <param name="PrefetchSize">The sum of the bytes that lazy clients fetch before they start the container.</param>
/// <param name="Layers">The layers, the lowest first.</param>
internal sealed record InspectedPlatform(
    string Platform, string Digest, string MediaType, long Size, long PrefetchSize, IReadOnlyList<InspectedLayer> Layers);

/// <summary>How the JSON is written.</summary>
[JsonSerializable(typeof(InspectedImage))]
internal sealed partial class InspectedJson : JsonSerializerContext
{
    public static InspectedJson Own { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        NewLine = "\n",

        // Leaves '+' of media types and names in other scripts readable; control characters are escaped all the same.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
