using System.CommandLine;
using System.Globalization;
using Estargz.Images;
using Estargz.Transfers;
using Spectre.Console;

namespace Estargz.Tool;

/// <summary><c>verify</c>: is every byte of an image right, and does it start before it is downloaded?</summary>
internal static class VerifyCommand
{
    private static readonly string[] Headings = ["layer ", "digest", "size ", "format", "chunks ", "result"];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var image = ImageArgument.Create();
        var platform = ImageArgument.CreatePlatform();
        var command = new Command("verify", "Fetches every layer and checks it whole. Exit code 0: the image is valid and lazy; 1: it is not.") { image, platform };
        command.SetAction((parsed, cancellationToken) => CommandLine.CatchAsync(
            token => RunAsync(parsed.GetRequiredValue(image), PlatformText.Parse(parsed.GetValue(platform)), token), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string text, Platform? platform, CancellationToken cancellationToken)
    {
        using var source = ImageSource.Open(text, Terminal.Tell);
        bool lazy = true;
        foreach (var image in await PlatformImage.ReadAsync(source, platform, cancellationToken))
        {
            lazy &= await RunAsync(source, image, cancellationToken);
        }

        return lazy ? ExitCode.Success : ExitCode.Failure;
    }

    private static async Task<bool> RunAsync(ImageSource source, PlatformImage image, CancellationToken cancellationToken)
    {
        var checks = new List<LayerCheck>();
        foreach (var layer in image.Layers)
        {
            checks.Add(await LayerCheck.RunAsync(source, layer, cancellationToken));
        }

        Terminal.Write($"{source.Name} {image.Platform} {image.Manifest.Digest}");
        Terminal.Write(Headings, checks.Select((check, i) => Row(i + 1, check)));
        HotPiecesLines.Write(checks.Select(check => check.HotPieces));
        var reasons = checks.SelectMany((check, i) => check.Reasons.Select(reason => $"layer {i + 1} {reason}")).ToArray();
        foreach (var reason in reasons.Skip(1))
        {
            Terminal.Write($"also: {reason}");
        }

        Terminal.Write(reasons.Length == 0 ? "lazy: yes" : $"lazy: no, because {reasons[0]}", reasons.Length == 0 ? Color.Green : Color.Red);
        return reasons.Length == 0;
    }

    private static string[] Row(int number, LayerCheck check) =>
    [
        number.ToString(CultureInfo.InvariantCulture),
        check.Layer.Descriptor.Digest.ToString(),
        Terminal.Size(check.Layer.Descriptor.Size),
        check.Format,
        check.Chunks.ToString(CultureInfo.InvariantCulture),
        check.Reasons.Count == 0 ? "lazy" : "not lazy",
    ];
}
