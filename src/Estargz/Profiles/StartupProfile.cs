using System.Collections.Immutable;
using System.Text;

namespace Estargz.Profiles;

/// <summary>
/// What is read at start-up, the most urgent first: text, a path or glob in each line. Lines that begin with <c>#</c>
/// and blank lines mean nothing, nor do blanks around a path, a <c>/</c> or <c>./</c> before it, or its second
/// mention. A path that begins with <c>#</c> is written <c>/#…</c>.
/// </summary>
public sealed class StartupProfile
{
    /// <summary>How many bytes a profile may have: 16 MiB.</summary>
    public const int MaxSize = 16 << 20;

    /// <summary>How many lines a profile may have.</summary>
    public const int MaxLines = 1_000_000;

    private StartupProfile(ImmutableArray<string> paths) => Paths = paths;

    /// <summary>The paths and globs in their order, each once, without a slash at either end.</summary>
    public ImmutableArray<string> Paths { get; }

    /// <summary>Reads a profile from a file in UTF-8.</summary>
    /// <param name="path">The file.</param>
    /// <param name="from">Where its name came from, for messages: <c>EstargzStartupProfile</c>.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.ProfileUnreadable"/>.</exception>
    public static StartupProfile Load(string path, string from)
    {
        var source = $"'{path}' from {from}";
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MaxSize)
            {
                throw TooLong(source);
            }

            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes), source);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw e is DecoderFallbackException ? NotText(source, e) : Unreadable(
                $"The start-up profile {source} cannot be read: {(e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : "it may not be read")}."
                + " Give the path of a profile, or leave the property empty.", e);
        }
    }

    /// <summary>Reads a profile.</summary>
    /// <param name="text">Its text; a byte order mark and either kind of line ends do not matter.</param>
    /// <param name="from">What it is, for messages.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.ProfileUnreadable"/>.</exception>
    public static StartupProfile Parse(string text, string from)
    {
        var content = text.AsSpan().TrimStart('\uFEFF');
        if (content.Length > MaxSize)
        {
            throw TooLong(from);
        }

        if (content.Contains('\0'))
        {
            throw NotText(from, null);
        }

        var paths = ImmutableArray.CreateBuilder<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int number = 0;
        foreach (var line in content.Split('\n'))
        {
            if (++number > MaxLines)
            {
                throw TooLong(from);
            }

            var trimmed = content[line].Trim(" \t\r");
            if (trimmed.IsEmpty || trimmed[0] == '#')
            {
                continue;
            }

            var path = string.Join('/', TreePath.Segments(trimmed.ToString()));
            if (path.Length > 0 && seen.Add(path))
            {
                paths.Add(path);
            }
        }

        return new StartupProfile(paths.DrainToImmutable());
    }

    private static EstargzException NotText(string from, Exception? cause) =>
        Unreadable($"The start-up profile {from} is not text in UTF-8. Save it as UTF-8, one path in each line.", cause);

    private static EstargzException TooLong(string from) =>
        Unreadable($"The start-up profile {from} has more than {MaxSize} bytes or {MaxLines} lines. Use globs, or record it anew.", null);

    private static EstargzException Unreadable(string message, Exception? cause) =>
        new(DiagnosticCode.ProfileUnreadable, message, cause);
}
