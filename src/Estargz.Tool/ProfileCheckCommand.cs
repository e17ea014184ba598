using System.CommandLine;
using System.Globalization;
using Estargz.Images;
using Estargz.Profiles;
using Estargz.Transfers;

namespace Estargz.Tool;

/// <summary><c>profile check</c>: how much of a profile an image has, known from the tables of contents alone.</summary>
internal static class ProfileCheckCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var profile = new Argument<string>("PROFILE") { Description = "The start-up profile." };
        var image = ImageArgument.Create();
        var platform = ImageArgument.CreatePlatform();
        var min = NumberOption.Create("--min", "How much of the profile the image must have.", "PERCENT", 90, 0, 100);
        var command = new Command("check", "Compares a profile with an image, without downloading it. Exit code 1: the image has less of it than --min.") { profile, image, platform, min };
        command.SetAction((parsed, cancellationToken) => CommandLine.CatchAsync(
            token => RunAsync(
                ProfileCommand.Load(parsed.GetRequiredValue(profile)),
                parsed.GetRequiredValue(image),
                PlatformText.Parse(parsed.GetValue(platform)),
                parsed.GetValue(min),
                token),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(StartupProfile profile, string text, Platform? platform, int min, CancellationToken cancellationToken)
    {
        if (profile.Lines.IsEmpty)
        {
            throw new EstargzException(DiagnosticCode.ProfileEmpty, "The start-up profile names no path, so there is nothing to check. Record it anew.");
        }

        using var source = ImageSource.Open(text, Terminal.Tell);
        int least = 100;
        foreach (var image in await PlatformImage.ReadAsync(source, platform, cancellationToken))
        {
            var tree = LayerContents.Tree(await LayerContents.ReadTocsAsync(source, image, cancellationToken));
            var check = ProfileCheck.Of(profile, tree, image.Image.Config.WorkingDirectory ?? "/", image.RuntimeIdentifierIn(tree));
            Write(source, image, check);
            least = Math.Min(least, check.Percentage);
        }

        return least >= min ? ExitCode.Success : ExitCode.Failure;
    }

    private static void Write(ImageSource source, PlatformImage image, ProfileCheck check)
    {
        Terminal.Write($"{source.Name} {image.Platform} {image.Manifest.Digest}");
        foreach (var line in check.Missing)
        {
            Terminal.Write($"missing: {line}");
        }

        foreach (var (framework, versions) in check.StaleFrameworks)
        {
            Terminal.Write($"other framework: the profile was made with {framework}, the image has {string.Join(", ", versions)}");
        }

        if (check.OtherRid is { } rid)
        {
            Terminal.Write($"other RID: the profile was made for {rid}, the image is for {image.Platform}");
        }

        Terminal.Write(string.Create(
            CultureInfo.InvariantCulture, $"{check.Matched} of {check.Lines} lines of the profile are in the image ({check.Percentage} %)"));
    }
}
