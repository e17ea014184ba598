using System.Text.Json;

namespace Estargz.Profiles;

/// <summary>
/// Profiles of other tools: the lines that <c>ctr-remote --record-out</c> writes, an object with a <c>path</c> each, and
/// the array of paths that <c>soci create --prefetch-files-json</c> reads.
/// </summary>
internal static class ProfileJson
{
    /// <summary>Whether a text is of this kind, and no path or glob that begins with a brace or bracket.</summary>
    public static bool IsJson(ReadOnlySpan<char> text)
    {
        var start = text.TrimStart(" \t\r\n");
        var next = start.IsEmpty ? start : start[1..].TrimStart(" \t\r\n");
        return !next.IsEmpty && start[0] switch
        {
            '{' => next[0] == '"',
            '[' => next[0] is '"' or '{' || next.TrimEnd(" \t\r\n") is "]",
            _ => false,
        };
    }

    /// <summary>Reads a text.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.ProfileUnreadable"/>.</exception>
    public static StartupProfile Read(ReadOnlySpan<char> text, string from)
    {
        if (text.TrimStart(" \t\r\n")[0] == '[')
        {
            using var array = Parse(text, from, 1);
            return Of(array.RootElement.EnumerateArray().Select(path => PathOf(path, from, 1)));
        }

        var paths = new List<string>();
        int number = 0;
        foreach (var range in text.Split('\n'))
        {
            if (++number > StartupProfile.MaxLines)
            {
                throw ProfileFailure.TooLong(from);
            }

            var line = text[range].Trim(" \t\r");
            if (line.IsEmpty)
            {
                continue;
            }

            if (number == 1 && text.IndexOf("\"prefetch_spans\"") >= 0)
            {
                throw ProfileFailure.Unreadable(
                    $"The start-up profile {from} is a SOCI prefetch artifact, which has numbers of spans and no paths. Give the file that was given to --prefetch-files-json.");
            }

            using var record = Parse(line, from, number);
            paths.Add(PathOf(record.RootElement.ValueKind == JsonValueKind.Object && record.RootElement.TryGetProperty("path", out var path) ? path : default, from, number));
        }

        return Of(paths);
    }

    private static StartupProfile Of(IEnumerable<string> paths) =>
        StartupProfile.Of(ProfileHeader.Empty, paths.Select(path => ProfileLine.Of(path)));

    private static JsonDocument Parse(ReadOnlySpan<char> json, string from, int number)
    {
        try
        {
            return JsonDocument.Parse(json.ToString());
        }
        catch (JsonException e)
        {
            throw Malformed(from, number, e);
        }
    }

    private static string PathOf(JsonElement element, string from, int number)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String && element.GetString() is { } path && !path.Contains('\0') ? path : throw Malformed(from, number, null);
        }
        catch (InvalidOperationException e)
        {
            // A lone half of a surrogate pair.
            throw Malformed(from, number, e);
        }
    }

    private static EstargzException Malformed(string from, int number, Exception? cause) => ProfileFailure.Unreadable(
        FormattableString.Invariant(
            $"The start-up profile {from} looks like JSON but line {number} is neither an object with a \"path\", as ctr-remote records it, nor part of an array of paths. Record it anew, or write one path in each line."),
        cause);
}
