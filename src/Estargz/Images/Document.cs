using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Estargz.Images;

/// <summary>The JSON of a manifest, an index or a configuration: read strictly, written deterministically.</summary>
internal static class Document
{
    // Two readers must never see two images in one document (CVE-2021-41190), so a key may stand there once only.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    // Media types hold '+', and nothing here is ever put into HTML.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads an object.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.ImageMalformed"/>.</exception>
    public static Field Parse(ReadOnlySpan<byte> json, string from)
    {
        try
        {
            if (!Utf8.IsValid(json))
            {
                throw new JsonException("Invalid UTF-8.");
            }

            var node = JsonNode.Parse(json, documentOptions: Strict);
            var root = new Field(node, "", from);

            // Half a surrogate pair in an escape shows only when a string is used: use all now, not later.
            _ = Write(root.Object());
            return root;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new EstargzException(
                DiagnosticCode.ImageMalformed,
                $"The bytes of {from} are not one well-formed JSON object in UTF-8 with unique keys. Rebuild that image or choose another.",
                e);
        }
    }

    /// <summary>Writes an object: UTF-8 without byte order mark, no white space, members in their order.</summary>
    public static ReadOnlyMemory<byte> Write(JsonObject json)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteTo(writer);
        }

        return buffer.WrittenMemory;
    }

    /// <summary>A changed copy of an object.</summary>
    public static ReadOnlyMemory<byte> Edit(JsonObject json, Action<JsonObject> change)
    {
        var copy = (JsonObject)json.DeepClone();
        change(copy);
        return Write(copy);
    }

    /// <summary>A copy of an object that begins with these members; the others follow as they came.</summary>
    public static JsonObject Order(JsonObject json, params ReadOnlySpan<(string Name, JsonNode? Value)> first)
    {
        var ordered = new JsonObject();
        foreach (var (name, value) in first)
        {
            if (value is not null)
            {
                ordered.Add(name, value);
            }
        }

        foreach (var (name, value) in json)
        {
            if (!Contains(first, name))
            {
                ordered.Add(name, value?.DeepClone());
            }
        }

        return ordered;

        static bool Contains(ReadOnlySpan<(string Name, JsonNode?)> members, string name)
        {
            foreach (var (member, _) in members)
            {
                if (member == name)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>An object of strings.</summary>
    public static JsonObject Of(IEnumerable<KeyValuePair<string, string>> members) =>
        new(members.Select(member => KeyValuePair.Create(member.Key, (JsonNode?)JsonValue.Create(member.Value))));

    /// <summary>A list.</summary>
    public static JsonArray Of(IEnumerable<JsonNode?> items) => new([.. items]);

    /// <summary>A list of strings.</summary>
    public static JsonArray Of(IEnumerable<string> items) => Of(items.Select(item => (JsonNode?)JsonValue.Create(item)));
}
