using Estargz.Images;

namespace Estargz.Tool;

/// <summary>One platform of an image.</summary>
/// <param name="Manifest">The manifest's digest, size and media type.</param>
/// <param name="Image">Manifest and configuration.</param>
internal sealed record PlatformImage(Descriptor Manifest, Image Image)
{
    /// <summary>The platform, as the configuration says.</summary>
    public Platform Platform => Image.Config.Platform;

    /// <summary>The layers, the lowest first.</summary>
    public IEnumerable<ImageLayer> Layers =>
        Image.Manifest.Layers.Zip(Image.Config.DiffIds, (descriptor, diffId) => new ImageLayer(descriptor, diffId));

    /// <summary>Reads manifests and configurations.</summary>
    /// <param name="source">Where the image is.</param>
    /// <param name="platform">The platform, or null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.PlatformMissing"/>, <see cref="DiagnosticCode.ImageMalformed"/>, or a code of 4xxx.
    /// </exception>
    public static async Task<IReadOnlyList<PlatformImage>> ReadAsync(ImageSource source, Platform? platform, CancellationToken cancellationToken)
    {
        var root = await source.GetRootAsync(cancellationToken);
        if (MediaType.IsIndex(root.MediaType))
        {
            var index = ImageIndex.Parse(root, source.Name);
            var wanted = platform is not null
                ? [index.Select(platform, source.Name)]
                : index.Entries.Where(entry => entry.IsImage).Select(entry => entry.Descriptor).ToArray();
            var images = new List<PlatformImage>();
            foreach (var descriptor in wanted)
            {
                images.Add(await ReadAsync(source, await source.GetManifestAsync(descriptor, cancellationToken), cancellationToken));
            }

            return images.Count > 0 ? images : throw new EstargzException(
                DiagnosticCode.PlatformMissing, $"The index of {source.Name} lists no image. Choose another tag.");
        }

        var image = await ReadAsync(source, root, cancellationToken);
        return platform is null || platform.DistanceTo(image.Platform) is not null ? [image] : throw new EstargzException(
            DiagnosticCode.PlatformMissing, $"{source.Name} is an image for {image.Platform}, not for {platform}. Leave --platform out, or choose another tag.");
    }

    private static async Task<PlatformImage> ReadAsync(ImageSource source, Content content, CancellationToken cancellationToken)
    {
        var manifest = Images.Manifest.Parse(content, source.Name);
        var config = ImageConfig.Parse(await source.GetConfigAsync(manifest.Config, cancellationToken), source.Name);
        return new PlatformImage(content.Descriptor, Image.Create(manifest, config, source.Name));
    }
}
