using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Estargz.Registries;

/// <summary>What a token server gave (distribution, token authentication specification, "Token Response Fields").</summary>
/// <param name="Header">The header that carries the token.</param>
/// <param name="Expires">When to fetch another, some time before the server would refuse this one.</param>
internal sealed record Token(AuthenticationHeaderValue Header, DateTimeOffset Expires)
{
    private const int LeastSeconds = 60;

    /// <summary>Reads the answer; null if there is no token in it.</summary>
    public static Token? Parse(ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if ((Text(json.RootElement, "token") ?? Text(json.RootElement, "access_token")) is not { } token || token.Any(c => c is <= ' ' or > '~'))
            {
                return null;
            }

            // The specification's default and least value; servers that say less, or nonsense, mean that too.
            int seconds = Math.Max(LeastSeconds, Seconds(json.RootElement));
            return new(new("Bearer", token), now + TimeSpan.FromSeconds(seconds) * 0.9);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Without the token.</summary>
    public override string ToString() => nameof(Token);

    private static int Seconds(JsonElement root) => !root.TryGetProperty("expires_in", out var value) ? 0
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number
        : value.ValueKind == JsonValueKind.String && int.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out number) ? number
        : 0;

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
}
