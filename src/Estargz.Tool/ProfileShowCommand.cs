using System.CommandLine;
using System.Globalization;
using Estargz.Images;
using Estargz.Layers;
using Estargz.Profiles;
using Estargz.Transfers;

namespace Estargz.Tool;

/// <summary><c>profile show</c>: what a profile names, in its order; with an image, the files of that image.</summary>
internal static class ProfileShowCommand
{
    private static readonly string[] Headings = ["layer ", "size ", "path"];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var profile = new Argument<string>("PROFILE") { Description = "The start-up profile, in any form that a publish takes." };
        var image = new Option<string?>("--image") { Description = "Show the files of this image that the profile names.", HelpName = "REF|OCI-LAYOUT" };
        var platform = ImageArgument.CreatePlatform();
        var jsonLines = new Option<bool>("--json-lines") { Description = "Write them as ctr-remote's --estargz-record-in reads them. Needs --image." };
        var command = new Command("show", "Shows what a profile names, the most urgent first.") { profile, image, platform, jsonLines };
        command.Validators.Add(result =>
        {
            if (result.GetValue(image) is null && (result.GetValue(jsonLines) || result.GetValue(platform) is not null))
            {
                result.AddError("--json-lines and --platform are about an image. Give --image, too.");
            }
        });
        command.SetAction((parsed, cancellationToken) => CommandLine.CatchAsync(
            async token =>
            {
                var loaded = ProfileCommand.Load(parsed.GetRequiredValue(profile));
                if (parsed.GetValue(image) is { } text)
                {
                    await ShowAsync(loaded, text, PlatformText.Parse(parsed.GetValue(platform)), parsed.GetValue(jsonLines), token);
                }
                else
                {
                    Terminal.WriteText(loaded.ToText());
                }

                return ExitCode.Success;
            },
            cancellationToken));
        return command;
    }

    private static async Task ShowAsync(StartupProfile profile, string text, Platform? platform, bool jsonLines, CancellationToken cancellationToken)
    {
        using var source = ImageSource.Open(text, Terminal.Tell);
        foreach (var image in await PlatformImage.ReadAsync(source, platform, cancellationToken))
        {
            var layers = await LayerContents.ReadAsync(source, image, cancellationToken);
            var order = StartupOrder.Create(profile, LayerContents.Tree(layers), image.Image.Config.WorkingDirectory ?? "/");
            if (jsonLines)
            {
                Terminal.WriteText(CtrRemoteRecord.Write(order.Entries, image.Manifest.Digest.ToString()));
            }
            else
            {
                Write(source, image, order, layers);
            }
        }
    }

    private static void Write(ImageSource source, PlatformImage image, StartupOrder order, Toc[] layers)
    {
        var sizes = layers.Select(layer => layer.Entries.Where(entry => !entry.IsChunk).ToLookup(entry => entry.Name, entry => entry.Size)).ToArray();
        Terminal.Write($"{source.Name} {image.Platform} {image.Manifest.Digest}");
        Terminal.Write(Headings, order.Entries.Select(entry => (string[])
        [
            (entry.Layer + 1).ToString(CultureInfo.InvariantCulture),
            sizes[entry.Layer][entry.Name].LastOrDefault().ToString(CultureInfo.InvariantCulture),
            "/" + Entry.CleanPath(entry.Name),
        ]));
        foreach (var line in order.NotFound)
        {
            Terminal.Write($"missing: {line}");
        }
    }
}
