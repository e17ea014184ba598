using System.Globalization;
using System.Text;

namespace Estargz.Profiles;

/// <summary>
/// The text form of a profile. Each line is a path or glob, which may begin with a <see cref="PathToken"/> and end with
/// a tab and <c>pages=0-3,120</c>. Lines that begin with <c>#</c>, and blank ones, mean nothing, but for the header
/// before the first path. A path that begins with <c>#</c> or <c>$(</c> is written with a <c>/</c> before it.
/// </summary>
internal static class ProfileText
{
    private const string Version = "estargz startup profile ";
    private const string PagesMark = "pages=";

    /// <summary>Reads a text.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.ProfileUnreadable"/>.</exception>
    public static StartupProfile Read(ReadOnlySpan<char> text, string from)
    {
        var header = ProfileHeader.Empty;
        var lines = new List<ProfileLine>();
        int number = 0;
        foreach (var range in text.Split('\n'))
        {
            if (++number > StartupProfile.MaxLines)
            {
                throw ProfileFailure.TooLong(from);
            }

            var line = text[range].Trim(" \t\r");
            if (line.StartsWith('#'))
            {
                header = lines.Count == 0 ? Describe(header, line[1..].Trim(), from) : header;
            }
            else if (!line.IsEmpty)
            {
                lines.Add(ReadLine(line, from, number));
            }
        }

        return StartupProfile.Of(header, lines);
    }

    /// <summary>Writes a text that reads as the same profile.</summary>
    public static string Write(StartupProfile profile)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"# {Version}{ProfileHeader.FormatVersion}\n");
        Comment("rid", profile.Header.Rid);
        foreach (var framework in profile.Header.Frameworks)
        {
            Comment("framework", framework.ToString());
        }

        Comment("recorder", profile.Header.Recorder);
        Comment("command", profile.Header.Command);
        Comment("ready", profile.Header.ReadySeconds?.ToString("0.0' s'", CultureInfo.InvariantCulture));
        foreach (var line in profile.Lines)
        {
            text.Append(Written(line)).Append(line.Pages is { } pages ? $"\t{PagesMark}{pages}\n" : "\n");
        }

        return text.ToString();

        void Comment(string name, string? value)
        {
            if (value is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $"# {name}: {string.Create(value.Length, value, OnOneLine)}\n");
            }
        }
    }

    private static ProfileHeader Describe(ProfileHeader header, ReadOnlySpan<char> comment, string from)
    {
        if (comment.StartsWith(Version, StringComparison.Ordinal))
        {
            var version = comment[Version.Length..].Trim();
            return int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > ProfileHeader.FormatVersion
                ? throw ProfileFailure.Unreadable(
                    $"The start-up profile {from} has the format version {number}, and this version of Estargz reads {ProfileHeader.FormatVersion}. Update Estargz, or record the profile anew.")
                : header;
        }

        int colon = comment.IndexOf(':');
        if (colon < 0 || comment[(colon + 1)..].Trim().ToString() is not { Length: > 0 } value)
        {
            return header;
        }

        return comment[..colon] switch
        {
            "rid" => header with { Rid = value },
            "recorder" => header with { Recorder = value },
            "command" => header with { Command = value },
            "ready" when value.EndsWith(" s", StringComparison.Ordinal) && double.TryParse(value.AsSpan()[..^2], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
                => header with { ReadySeconds = Math.Round(Math.Min(seconds, ProfileHeader.MaxReadySeconds), 1) },
            "framework" when value.Split(' ') is [var name, var version] => header with { Frameworks = header.Frameworks.Add(new(name, version)) },
            _ => header,
        };
    }

    private static ProfileLine ReadLine(ReadOnlySpan<char> line, string from, int number)
    {
        TouchedPages? pages = null;
        int tab = line.LastIndexOf('\t');
        if (tab >= 0 && line[(tab + 1)..].StartsWith(PagesMark, StringComparison.Ordinal))
        {
            if (!TouchedPages.TryParse(line[(tab + 1 + PagesMark.Length)..], out pages))
            {
                throw ProfileFailure.Unreadable(FormattableString.Invariant(
                    $"Line {number} of the start-up profile {from} has pages that make no sense: expected something like pages=0-3,120, at most {TouchedPages.MaxRanges} ranges. Correct them, or remove them from the line."));
            }

            line = line[..tab].TrimEnd(" \t");
        }

        PathToken? token = null;
        if (line.StartsWith("$("))
        {
            int end = line.IndexOf(')');
            token = end < 0 || (end + 1 < line.Length && line[end + 1] != '/') ? null : PathToken.Parse(line[2..end].ToString());
            line = token is null
                ? throw ProfileFailure.Unreadable(FormattableString.Invariant(
                    $"Line {number} of the start-up profile {from} begins with an unknown token: there are $(app), $(dotnet) and $(framework:NAME). Correct it, or put a / before it if a folder has that name."))
                : line[(end + 1)..];
        }

        return ProfileLine.Of(line.ToString(), token) with { Pages = pages };
    }

    /// <summary>A path with characters that a line cannot hold has <c>?</c> in their place, which matches them.</summary>
    private static string Written(ProfileLine line)
    {
        var text = string.Create(line.Path.Length, line.Path, static (span, path) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = path[i] is '\n' or '\r' or '\t' or '\0' || (i == span.Length - 1 && path[i] == ' ') ? '?' : path[i];
            }
        });
        return (line with { Path = line.Token is null && (text[0] is '#' or ' ' or '\uFEFF' or '{' or '[' || text.StartsWith("$(", StringComparison.Ordinal)) ? "/" + text : text }).ToString();
    }

    private static void OnOneLine(Span<char> span, string value)
    {
        for (int i = 0; i < span.Length; i++)
        {
            span[i] = char.IsControl(value[i]) ? ' ' : value[i];
        }
    }
}
