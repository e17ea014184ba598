using System.Text;
using System.Text.Json;

namespace Estargz.Registries;

/// <summary>What a registry, a token server or a proxy says in the body of an error, made fit to be quoted.</summary>
internal static class ErrorText
{
    private const int Longest = 300;

    /// <summary>What is shorter is no secret, and would blank words.</summary>
    private const int ShortestSecret = 4;

    private static readonly string[] TextNames = ["code", "error", "message", "details", "error_description"];

    /// <summary>The first error of an error body (distribution spec, "Error Codes"), or its plain text, shortened; else null.</summary>
    /// <param name="body">The body.</param>
    /// <param name="secrets">What was sent and must not be quoted back.</param>
    public static string? Quote(ReadOnlyMemory<byte> body, IEnumerable<string> secrets) =>
        Read(body) is not { } text ? null : RegistryError.Shorten(
            secrets.Where(secret => secret.Length >= ShortestSecret).Aggregate(text, (all, secret) => all.Replace(secret, "***", StringComparison.Ordinal)),
            Longest);

    private static string? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            // Token servers answer { "details" }, { "error", "error_description" } or { "message" } instead.
            var error = json.RootElement.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0
                ? errors[0] : json.RootElement;
            return Join(TextNames.Select(name => TextOf(error, name)));
        }
        catch (JsonException)
        {
            var text = body.Span.TrimStart(" \t\r\n"u8);
            return text.IsEmpty || text[0] == '<' ? null : text[0] is (byte)'{' or (byte)'[' ? Beginning(text) : Plain(text);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    private static string? Join(IEnumerable<string?> texts) =>
        string.Join(": ", texts.Where(text => text is not null)) is { Length: > 0 } all ? all : null;

    /// <summary>Text that is no JSON and no web page; bytes that are no text are nothing to read.</summary>
    private static string? Plain(ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body).TrimEnd();
        return text.Any(c => c is '\uFFFD' or '\0') ? null : text;
    }

    /// <summary>The texts of JSON that was cut off because it is too long.</summary>
    private static string? Beginning(ReadOnlySpan<byte> body)
    {
        var texts = new string?[TextNames.Length];
        var reader = new Utf8JsonReader(body, isFinalBlock: false, default);
        int name = -1;
        try
        {
            while (reader.Read())
            {
                if (name >= 0 && reader.TokenType == JsonTokenType.String)
                {
                    texts[name] ??= reader.GetString();
                }

                name = reader.TokenType == JsonTokenType.PropertyName ? Array.IndexOf(TextNames, reader.GetString()) : -1;
            }

            // The text that is too long itself.
            var rest = body[(int)reader.BytesConsumed..].TrimStart(" \t\r\n\""u8);
            if (name >= 0)
            {
                texts[name] ??= Encoding.UTF8.GetString(rest[..Math.Min(rest.Length, 4 * Longest)]);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // What was read before counts.
        }

        return Join(texts);
    }
}
