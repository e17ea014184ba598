using System.Text.Json;

namespace Estargz.Profiles;

/// <summary>A JSON file in the publish folder that the SDK wrote.</summary>
internal static class PublishJson
{
    private const int MaxSize = 64 << 20;

    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The object in a file; null where there is no such file.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>.</exception>
    public static JsonElement? Read(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            using var file = File.OpenRead(path);
            if (file.Length > MaxSize)
            {
                throw new InvalidDataException();
            }

            using var json = JsonDocument.Parse(file, Options);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : throw new InvalidDataException();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or JsonException)
        {
            throw new EstargzException(DiagnosticCode.FileUnreadable, $"'{path}' cannot be read as JSON, so what the app reads at start-up is unknown. Publish the app again.", e);
        }
    }

    /// <summary>A property of an object; an undefined element where it is missing, or this is no object.</summary>
    public static JsonElement Get(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <summary>The properties of an object; none of anything else.</summary>
    public static IEnumerable<JsonProperty> Properties(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : [];

    /// <summary>The text of a string; null for anything else.</summary>
    public static string? Text(this JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? element.GetString() : null;
}
