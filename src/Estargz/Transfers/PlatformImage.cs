using Estargz.Images;
using Estargz.Profiles;

namespace Estargz.Transfers;

/// <summary>One platform of an image.</summary>
/// <param name="Manifest">The manifest's digest, size and media type.</param>
/// <param name="Image">Manifest and configuration.</param>
public sealed record PlatformImage(Descriptor Manifest, Image Image)
{
    /// <summary>The platform, as the configuration says.</summary>
    public Platform Platform => Image.Config.Platform;

    /// <summary>The layers, the lowest first.</summary>
    public IEnumerable<ImageLayer> Layers => Image.Layers;

    /// <summary>The runtime identifier of the image; null where .NET has none for it.</summary>
    /// <param name="tree">Its file system, which tells musl from glibc.</param>
    public string? RuntimeIdentifierIn(ImageTree tree)
    {
        var (architecture, musl) = Platform.Architecture switch
        {
            "amd64" => ("x64", "x86_64"),
            "arm64" => ("arm64", "aarch64"),
            "arm" => ("arm", "armhf"),
            _ => (null, null),
        };
        return Platform.Os != "linux" || architecture is null ? null
            : tree.Find($"/lib/ld-musl-{musl}.so.1") is null ? $"linux-{architecture}" : $"linux-musl-{architecture}";
    }

    /// <summary>Reads manifests and configurations.</summary>
    /// <param name="source">Where the image is.</param>
    /// <param name="platform">The platform, or null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <inheritdoc cref="ReadAsync(ImageSource, Content, Platform?, CancellationToken)"/>
    public static async Task<IReadOnlyList<PlatformImage>> ReadAsync(ImageSource source, Platform? platform, CancellationToken cancellationToken) =>
        await ReadAsync(source, await source.GetRootAsync(cancellationToken).ConfigureAwait(false), platform, cancellationToken).ConfigureAwait(false);

    /// <summary>Reads manifests and configurations below a manifest or index that is known.</summary>
    /// <param name="source">Where the image is.</param>
    /// <param name="root">What it names.</param>
    /// <param name="platform">The platform, or null for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.PlatformMissing"/>, <see cref="DiagnosticCode.ImageMalformed"/>, or a code of 4xxx.
    /// </exception>
    public static async Task<IReadOnlyList<PlatformImage>> ReadAsync(
        ImageSource source, Content root, Platform? platform, CancellationToken cancellationToken)
    {
        if (MediaType.IsIndex(root.MediaType))
        {
            var index = ImageIndex.Parse(root, source.Name);
            var wanted = platform is not null
                ? [index.Select(platform, source.Name)]
                : index.Entries.Where(entry => entry.IsImage).Select(entry => entry.Descriptor).ToArray();
            var images = new List<PlatformImage>();
            foreach (var descriptor in wanted)
            {
                var manifest = await source.GetManifestAsync(descriptor, cancellationToken).ConfigureAwait(false);
                images.Add(manifest.MediaType == descriptor.MediaType
                    ? await ReadAsync(source, manifest, cancellationToken).ConfigureAwait(false)
                    : throw new EstargzException(
                        DiagnosticCode.DigestMismatch,
                        $"The manifest {descriptor.Digest} of {source.Name} has another media type than the index says. Push the image again."));
            }

            return images.Count > 0 ? images : throw new EstargzException(
                DiagnosticCode.PlatformMissing, $"The index of {source.Name} lists no image. Choose another tag.");
        }

        var image = await ReadAsync(source, root, cancellationToken).ConfigureAwait(false);
        return platform is null || platform.DistanceTo(image.Platform) is not null ? [image] : throw new EstargzException(
            DiagnosticCode.PlatformMissing, $"{source.Name} is an image for {image.Platform}, not for {platform}. Leave --platform out, or choose another tag.");
    }

    private static async Task<PlatformImage> ReadAsync(ImageSource source, Content content, CancellationToken cancellationToken)
    {
        var manifest = Images.Manifest.Parse(content, source.Name);
        var config = ImageConfig.Parse(await source.GetConfigAsync(manifest.Config, cancellationToken).ConfigureAwait(false), source.Name);
        return new PlatformImage(content.Descriptor, Image.Create(manifest, config, source.Name));
    }
}
