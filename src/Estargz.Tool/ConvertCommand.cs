using System.CommandLine;
using System.Globalization;
using Estargz.Converting;
using Estargz.Images;
using Estargz.Layers;
using Estargz.Profiles;

namespace Estargz.Tool;

/// <summary><c>convert</c>: makes an image lazy, whoever built it.</summary>
internal static class ConvertCommand
{
    /// <summary>What it is called.</summary>
    public const string Name = "convert";

    private const string None = "none", Estargz = "estargz", ZstdChunked = "zstd-chunked";

    private static readonly string[] Headings = ["layer ", "was ", "is ", "prefetch ", "digest"];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var image = ImageArgument.Create();
        var target = new Argument<string>("TARGET")
        {
            Description = "Where the converted image goes: a registry (REGISTRY/REPOSITORY:TAG), or a folder that is or becomes an OCI layout (DIR or DIR:TAG).",
        };
        var platform = ImageArgument.CreatePlatform();
        var profile = new Option<string?>("--profile")
        {
            Description = "What is read at start-up, as record and publishes have it; none: nothing goes first. Either way, layers that are eStargz already are ordered anew. Without it: what is known of .NET.",
            HelpName = "FILE",
        };
        var format = new Option<string>("--format") { Description = "What layers become.", HelpName = "estargz|zstd-chunked", DefaultValueFactory = _ => Estargz };
        format.AcceptOnlyFromAmong(Estargz, ZstdChunked);
        var level = new Option<string>("--level") { Description = "How hard layers are compressed.", HelpName = "fast|balanced|smallest|1-9", DefaultValueFactory = _ => "" };
        var chunkSize = NumberOption.Create("--chunk-size", "Files above so many bytes are cut.", "BYTES", LayerOptions.DefaultChunkSize, LayerOptions.MinChunkSize, LayerOptions.MaxChunkSize);
        var minChunkSize = NumberOption.Create("--min-chunk-size", "Small files share a gzip member until it has so many bytes.", "BYTES", 0, 0, LayerOptions.MaxMinMemberSize);
        var hotPieces = new Option<bool>("--hot-pieces") { Description = "Copies of what is read of large files go first." };
        var link = new Option<string?>("--link") { Description = "The link that the image is made for.", HelpName = "20ms/100mbit" };
        var command = new Command(Name, "Makes an image lazy, whoever built it, and pushes it. What it says of itself stays.")
        {
            image, target, platform, profile, format, level, chunkSize, minChunkSize, hotPieces, link,
        };
        command.Validators.Add(result =>
        {
            // The value of one that is no number cannot be asked for.
            bool groups = result.GetResult(minChunkSize) is { Implicit: false, Tokens: not [{ Value: "0" }] };
            if (result.GetValue(format) == ZstdChunked && (result.GetValue(hotPieces) || groups))
            {
                result.AddError("zstd-chunked has no --hot-pieces and no --min-chunk-size. Remove one of them.");
            }
        });
        command.SetAction((parsed, cancellationToken) => CommandLine.CatchAsync(
            token =>
            {
                bool zstd = parsed.GetValue(format) == ZstdChunked;
                var compression = parsed.GetRequiredValue(level);
                var file = parsed.GetValue(profile);
                return RunAsync(
                    new ConversionRequest(parsed.GetRequiredValue(image), parsed.GetRequiredValue(target))
                    {
                        Platform = PlatformText.Parse(parsed.GetValue(platform)),
                        Profile = file is null or None ? null : ProfileCommand.Load(file),
                        Orders = file != None,
                        Layers = new LayerOptions(Compress(zstd, compression, levels => levels.Balanced), parsed.GetValue(chunkSize), WorkerPool.Shared)
                        {
                            // An image is converted once, and fetched by every node.
                            Zone = Compress(zstd, compression, levels => levels.Smallest),
                            MinMemberSize = parsed.GetValue(minChunkSize),
                        },
                        HotPieces = parsed.GetValue(hotPieces),
                        Link = parsed.GetValue(link) is { } text ? NetworkLink.Parse(text, "--link") : NetworkLink.Default,
                        CacheFolder = LayerCache.DefaultFolder(Environment.GetEnvironmentVariable),
                        Tell = Terminal.Tell,
                    },
                    token);
            },
            cancellationToken));
        return command;
    }

    private static Compressor Compress(bool zstd, string level, Func<CompressionLevels, int> otherwise)
    {
        var levels = zstd ? CompressionLevels.Zstd : CompressionLevels.Managed;
        int chosen = level.Length == 0 ? otherwise(levels) : levels.Parse(level, "--level");
        return zstd ? Compressor.ZstdChunked(chosen) : Compressor.Managed(chosen);
    }

    private static async Task<int> RunAsync(ConversionRequest request, CancellationToken cancellationToken)
    {
        var result = await new ImageConverter(request).ConvertAsync(cancellationToken);
        foreach (var image in result.Images)
        {
            Terminal.Write($"{request.Target} {image.Image.Config.Platform} {image.Image.Manifest.Content.Digest}");
            Terminal.Write(Headings, image.Image.Manifest.Layers.Select((layer, i) => Row(i, image.Origin.Manifest.Layers[i], layer, image.PrefetchSizes[i])));
            foreach (var file in image.LeftOut.Where(file => file.IsWorthTelling))
            {
                Terminal.Write(file.Message);
            }
        }

        Terminal.Write($"{request.Source} -> {result.Name}{(result.IsNew ? "" : ", which was there")}");
        return ExitCode.Success;
    }

    private static string[] Row(int index, Descriptor origin, Descriptor layer, long prefetch) =>
    [
        (index + 1).ToString(CultureInfo.InvariantCulture),
        Terminal.Size(origin.Size),
        origin.Digest == layer.Digest ? "the same" : Terminal.Size(layer.Size),
        Terminal.Size(prefetch),
        layer.Digest.ToString(),
    ];
}
