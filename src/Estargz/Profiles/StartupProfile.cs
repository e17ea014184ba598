using System.Collections.Immutable;
using System.Text;

namespace Estargz.Profiles;

/// <summary>What is read at start-up, the most urgent first.</summary>
public sealed class StartupProfile
{
    /// <summary>How many bytes a profile may have: 16 MiB.</summary>
    public const int MaxSize = 16 << 20;

    /// <summary>The artifact type of a profile in a registry.</summary>
    public const string ArtifactType = "application/vnd.estargz.startup-profile.v1";

    /// <summary>The name of the file that a publish finds by itself.</summary>
    public const string FileName = "startup-profile.txt";

    /// <summary>How many lines a profile may have.</summary>
    public const int MaxLines = 1_000_000;

    private StartupProfile(ProfileHeader header, ImmutableArray<ProfileLine> lines) => (Header, Lines) = (header, lines);

    /// <summary>What the profile says of itself.</summary>
    public ProfileHeader Header { get; }

    /// <summary>The paths and globs in their order, each once.</summary>
    public ImmutableArray<ProfileLine> Lines { get; }

    /// <summary>Makes a profile. What is mentioned again counts at its first place; touched pages are collected. A line for the root means nothing.</summary>
    public static StartupProfile Of(ProfileHeader header, IEnumerable<ProfileLine> lines)
    {
        var places = new Dictionary<(PathToken?, string), int>();
        var distinct = ImmutableArray.CreateBuilder<ProfileLine>();
        foreach (var line in lines.Where(line => line.Token is not null || line.Path.Length > 0))
        {
            if (places.TryAdd((line.Token, line.Path), distinct.Count))
            {
                distinct.Add(line);
            }
            else if (line.Pages is not null)
            {
                int place = places[(line.Token, line.Path)];
                distinct[place] = distinct[place] with { Pages = TouchedPages.Union(distinct[place].Pages, line.Pages) };
            }
        }

        return new StartupProfile(header, distinct.DrainToImmutable());
    }

    /// <summary>Reads a profile from a file in UTF-8, in any of the forms that <see cref="Parse"/> knows.</summary>
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
                throw ProfileFailure.TooLong(source);
            }

            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes), source);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw e is DecoderFallbackException ? ProfileFailure.NotText(source, e) : ProfileFailure.Unreadable(
                $"The start-up profile {source} cannot be read: {(
                    e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : Directory.Exists(path) ? "it is a folder" : "it may not be read")}."
                + " Give the path of a profile.", e);
        }
    }

    /// <summary>
    /// Reads a profile: our text, which is also what <c>ctr-remote --prefetch-list</c> takes, the record that ctr-remote
    /// writes, or a SOCI list of files.
    /// </summary>
    /// <param name="text">Its text; a byte order mark and either kind of line ends do not matter.</param>
    /// <param name="from">What it is, for messages.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.ProfileUnreadable"/>.</exception>
    public static StartupProfile Parse(string text, string from)
    {
        var content = text.AsSpan().TrimStart('\uFEFF');
        if (content.Length > MaxSize)
        {
            throw ProfileFailure.TooLong(from);
        }

        return content.Contains('\0') ? throw ProfileFailure.NotText(from)
            : ProfileJson.IsJson(content) ? ProfileJson.Read(content, from)
            : ProfileText.Read(content, from);
    }

    /// <summary>
    /// Joins profiles: all their lines, each where it stands earliest in any of them, in the order of the profiles where
    /// that is the same place. Two lines that all profiles have in the same order keep it.
    /// </summary>
    public static StartupProfile Merge(IEnumerable<StartupProfile> profiles)
    {
        StartupProfile[] all = [.. profiles];
        return Of(ProfileHeader.Merge(all.Select(profile => profile.Header)), InTurns(all));
    }

    private static IEnumerable<ProfileLine> InTurns(StartupProfile[] profiles)
    {
        for (int place = 0; profiles.Any(profile => place < profile.Lines.Length); place++)
        {
            foreach (var profile in profiles.Where(profile => place < profile.Lines.Length))
            {
                yield return profile.Lines[place];
            }
        }
    }

    /// <summary>The profile as text: the same for equal profiles, and it reads as the same profile.</summary>
    public string ToText() => ProfileText.Write(this);

    /// <summary>Writes the text to a file in UTF-8, over what is there.</summary>
    /// <param name="path">The file; its folder is made.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>: it cannot be written.</exception>
    public void Save(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.WriteAllText(path, ToText());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EstargzException(
                DiagnosticCode.FileUnreadable, $"The start-up profile '{path}' cannot be written: {e.Message} Give a path where this user may write.", e);
        }
    }
}
