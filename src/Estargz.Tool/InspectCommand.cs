using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Estargz.Images;
using Estargz.Transfers;

namespace Estargz.Tool;

/// <summary><c>inspect</c>: what is in an image, read as a lazy client reads it, with a few kilobytes for each layer.</summary>
internal static class InspectCommand
{
    private static readonly string[] Headings = ["layer ", "digest", "size ", "format", "landmark", "prefetch ", "entries ", "chunks ", "annotation"];
    private static readonly string[] TocHeadings = ["layer ", "offset ", "size ", "type", "prioritized", "name"];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var image = ImageArgument.Create();
        var platform = ImageArgument.CreatePlatform();
        var toc = new Option<bool>("--toc") { Description = "Also list the entries of each layer." };
        var json = new Option<bool>("--json") { Description = "Write JSON." };
        var command = new Command("inspect", "Shows the layers of an image without downloading them.") { image, platform, toc, json };
        command.SetAction((parsed, cancellationToken) => CommandLine.CatchAsync(
            async token =>
            {
                var inspected = await InspectAsync(
                    parsed.GetRequiredValue(image), PlatformText.Parse(parsed.GetValue(platform)), parsed.GetValue(toc), token);
                await (parsed.GetValue(json) ? WriteJsonAsync(inspected, token) : Task.Run(() => Write(inspected), token));
                return ExitCode.Success;
            },
            cancellationToken));
        return command;
    }

    private static async Task<InspectedImage> InspectAsync(string text, Platform? platform, bool toc, CancellationToken cancellationToken)
    {
        using var source = ImageSource.Open(text, Terminal.Tell);
        var platforms = new List<InspectedPlatform>();
        foreach (var image in await PlatformImage.ReadAsync(source, platform, cancellationToken))
        {
            var layers = await Task.WhenAll(image.Image.Manifest.Layers.Select((layer, i) => InspectAsync(source, i + 1, layer, toc, cancellationToken)));
            platforms.Add(new InspectedPlatform(
                image.Platform.ToString(), image.Manifest.Digest.ToString(), image.Manifest.MediaType, layers.Sum(l => l.Size), layers.Sum(l => l.PrefetchSize ?? 0), layers));
        }

        return new InspectedImage(source.Name, platforms);
    }

    private static async Task<InspectedLayer> InspectAsync(ImageSource source, int number, Descriptor layer, bool toc, CancellationToken cancellationToken)
    {
        try
        {
            return await InspectedLayer.ReadAsync(source, layer, toc, cancellationToken);
        }
        catch (EstargzException e) when (e.Code.StartsWith("ESTARGZ3", StringComparison.Ordinal))
        {
            throw new EstargzException(e.Code, $"Layer {number} ({layer.Digest}) cannot be inspected: {e.Message} Build and push the image again.", e);
        }
    }

    private static async Task WriteJsonAsync(InspectedImage image, CancellationToken cancellationToken)
    {
        await using var output = Console.OpenStandardOutput();
        await JsonSerializer.SerializeAsync(output, image, InspectedJson.Own.InspectedImage, cancellationToken);
        await output.WriteAsync("\n"u8.ToArray(), cancellationToken);
    }

    private static void Write(InspectedImage image)
    {
        foreach (var platform in image.Platforms)
        {
            Terminal.Write($"{image.Image} {platform.Platform} {platform.Digest}");
            Terminal.Write($"{Terminal.Count(platform.Layers.Count, "layer", "layers")}, {Terminal.Size(platform.Size)}, of which {Terminal.Size(platform.PrefetchSize)} are fetched before the start");
            Terminal.Write(Headings, platform.Layers.Select((layer, i) => Row(i + 1, layer)));
            HotPiecesLines.Write(platform.Layers.Select(layer => layer.HotPieces));
            var rows = platform.Layers.SelectMany((layer, i) => (layer.Toc ?? []).Select(entry => TocRow(i + 1, entry))).ToArray();
            if (rows.Length > 0)
            {
                Terminal.Write(TocHeadings, rows);
            }
        }
    }

    private static string[] Row(int number, InspectedLayer layer) => layer.Format is LayerFormat.Estargz or LayerFormat.ZstdChunked
        ? [Number(number), layer.Digest, Terminal.Size(layer.Size), layer.Format, layer.Landmark ?? "none", Terminal.Size(layer.PrefetchSize ?? 0),
            Number(layer.Entries), Number(layer.Chunks), layer.TocAnnotation is null ? "missing" : layer.TocAnnotation == layer.TocDigest ? "matches" : "wrong"]
        : [Number(number), layer.Digest, Terminal.Size(layer.Size), $"plain {layer.Format}", "", "", "", "", ""];

    private static string[] TocRow(int layer, InspectedEntry entry) =>
        [Number(layer), Number(entry.Offset), Number(entry.Size), entry.Type, entry.Prioritized ? "yes" : "", entry.Name];

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
