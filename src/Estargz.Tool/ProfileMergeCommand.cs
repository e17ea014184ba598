using System.CommandLine;
using Estargz.Profiles;

namespace Estargz.Tool;

/// <summary><c>profile merge</c>: one profile of several.</summary>
internal static class ProfileMergeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var profiles = new Argument<string[]>("PROFILE") { Arity = ArgumentArity.OneOrMore, Description = "Profiles of one app, in any form that a publish takes." };
        var output = new Option<string?>("--output") { Description = "The profile to write. Without it: standard output.", HelpName = "FILE" };
        var command = new Command("merge", "Joins profiles: all their lines, each where it stands earliest in any of them.") { profiles, output };
        command.SetAction((parsed, cancellationToken) => CommandLine.CatchAsync(
            _ => Task.FromResult(Run(parsed.GetRequiredValue(profiles), parsed.GetValue(output))), cancellationToken));
        return command;
    }

    private static int Run(string[] profiles, string? output)
    {
        var merged = StartupProfile.Merge(profiles.Select(ProfileCommand.Load));
        if (output is null)
        {
            Terminal.WriteText(merged.ToText());
        }
        else
        {
            merged.Save(output);
        }

        return ExitCode.Success;
    }
}
