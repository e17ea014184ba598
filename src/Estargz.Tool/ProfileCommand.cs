using System.CommandLine;
using Estargz.Profiles;

namespace Estargz.Tool;

/// <summary><c>profile</c>: what can be done with start-up profiles.</summary>
internal static class ProfileCommand
{
    /// <summary>The command with those below it.</summary>
    public static Command Create() => new("profile", "Works with start-up profiles.") { ProfileShowCommand.Create(), ProfileMergeCommand.Create(), ProfileCheckCommand.Create(), ProfilePullCommand.Create() };

    /// <summary>Reads a profile that the user named.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.ProfileUnreadable"/>.</exception>
    public static StartupProfile Load(string path) => StartupProfile.Load(path, "the command line");
}
