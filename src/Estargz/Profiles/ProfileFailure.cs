using System.Collections.Immutable;

namespace Estargz.Profiles;

/// <summary>What is wrong with a profile.</summary>
internal static class ProfileFailure
{
    public static EstargzException NotText(string from, Exception? cause = null) =>
        Unreadable($"The start-up profile {from} is not text in UTF-8. Save it as UTF-8, one path in each line.", cause);

    public static EstargzException TooLong(string from) => Unreadable(
        FormattableString.Invariant($"The start-up profile {from} has more than {StartupProfile.MaxSize} bytes or {StartupProfile.MaxLines} lines. Use globs, or record it anew."));

    /// <summary>What a user should know of paths that an image has not: of which profile, how many lines it has, and of which image.</summary>
    public static string NotFound(string profile, int lines, ImmutableArray<string> missing, string image) =>
        $"{missing.Length} of {lines} paths of {profile} are not in {image}: "
        + string.Join(", ", missing.Take(5)) + (missing.Length > 5 ? ", ..." : "") + ". Remove them, or correct them.";

    public static EstargzException Unreadable(string message, Exception? cause = null) =>
        new(DiagnosticCode.ProfileUnreadable, message, cause);
}
