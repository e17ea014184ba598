using System.CommandLine;
using System.Text;
using Estargz.Images;
using Estargz.Profiles;
using Estargz.Registries;
using Estargz.Transfers;

namespace Estargz.Tool;

/// <summary><c>profile pull</c>: the profile that a publish attached to its image.</summary>
internal static class ProfilePullCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var image = new Argument<string>("REF") { Description = "The image: a reference like registry.example.com/shop/web:1.4." };
        var platform = ImageArgument.CreatePlatform();
        var output = new Option<string?>("--output") { Description = "The file to write. Without it: standard output.", HelpName = "FILE" };
        var command = new Command("pull", "Fetches the start-up profile that EstargzPushProfile attached to an image.") { image, platform, output };
        command.SetAction((parsed, cancellationToken) => CommandLine.CatchAsync(
            token => RunAsync(
                Reference.Parse(parsed.GetRequiredValue(image), "the command line"), PlatformText.Parse(parsed.GetValue(platform)), parsed.GetValue(output), token),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Reference reference, Platform? platform, string? output, CancellationToken cancellationToken)
    {
        using var source = ImageSource.Open(reference.ToString(), Terminal.Tell);
        var images = await PlatformImage.ReadAsync(source, platform, cancellationToken);
        if (images is not [var image])
        {
            throw new EstargzException(
                DiagnosticCode.PlatformMissing,
                $"{reference} has an image for each of {string.Join(", ", images.Select(i => i.Platform))}, with a profile each. Choose one with --platform.");
        }

        var profile = await FetchAsync(reference, image.Manifest.Digest, cancellationToken);
        if (output is null)
        {
            Terminal.WriteText(profile.ToText());
        }
        else
        {
            profile.Save(output);
        }

        return ExitCode.Success;
    }

    private static async Task<StartupProfile> FetchAsync(Reference reference, Digest image, CancellationToken cancellationToken)
    {
        using var registry = new Registry(reference.Registry, new RegistryOptions { Access = RegistryAccess.PullFromOutput, Warn = Terminal.Tell });

        // One publish attaches one; after several with other profiles the last of the list is the newest, where the
        // registry keeps an order.
        var artifacts = await registry.ListReferrersAsync(reference.Repository, image, StartupProfile.ArtifactType, cancellationToken);
        if (artifacts.Count == 0)
        {
            throw new EstargzException(
                DiagnosticCode.NotFound, $"No start-up profile is attached to {reference} ({image}). Publish it with EstargzPushProfile=true.");
        }

        var name = reference with { Tag = null, Digest = artifacts[^1].Digest };
        var blob = Artifact.BlobOf(await registry.GetManifestAsync(name, cancellationToken), name.ToString());
        var content = await registry.GetBlobAsync(reference.Repository, blob, StartupProfile.MaxSize, cancellationToken);
        return StartupProfile.Parse(Encoding.UTF8.GetString(content.Bytes.Span), name.ToString());
    }
}
