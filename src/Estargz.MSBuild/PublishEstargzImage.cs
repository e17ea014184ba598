using System.Globalization;
using System.Text;
using Estargz.Images;
using Microsoft.Build.Framework;

namespace Estargz.MSBuild;

/// <summary>Finishes what <see cref="BeginEstargzImage"/> began: pushes the image and moves the tags.</summary>
public sealed class PublishEstargzImage : EstargzTask
{
    /// <summary>What <see cref="BeginEstargzImage.Publish"/> is.</summary>
    [Required]
    public string Publish { get; set; } = "";

    /// <summary>RID of the image.</summary>
    [Required]
    public string ContainerRuntimeIdentifier { get; set; } = "";

    /// <summary>The manifest that the SDK made over an empty folder, JSON; then the one that was pushed.</summary>
    [Required]
    [Output]
    public string GeneratedContainerManifest { get; set; } = "";

    /// <summary>The media type of <see cref="GeneratedContainerManifest"/>.</summary>
    [Required]
    [Output]
    public string GeneratedContainerMediaType { get; set; } = "";

    /// <summary>The configuration that the SDK made, JSON; then the one that was pushed.</summary>
    [Required]
    [Output]
    public string GeneratedContainerConfiguration { get; set; } = "";

    /// <summary>The digest of the manifest that was pushed.</summary>
    [Output]
    public string GeneratedContainerDigest { get; private set; } = "";

    /// <summary>The archive that was written, or empty.</summary>
    [Output]
    public string GeneratedArchiveOutputPath { get; private set; } = "";

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var begun = BegunPublish.Take(BuildEngine4, Publish);
        await using var end = begun.ConfigureAwait(false);
        begun.Messages.Attach(this);
        var published = await begun.Publisher.PublishAsync(
            ImageJson.Parse(GeneratedContainerMediaType, GeneratedContainerManifest, GeneratedContainerConfiguration, "the .NET SDK's image"),
            cancellationToken).ConfigureAwait(false);

        var manifest = published.Image.Manifest.Content;
        GeneratedContainerManifest = Encoding.UTF8.GetString(manifest.Bytes.Span);
        GeneratedContainerMediaType = manifest.MediaType;
        GeneratedContainerDigest = manifest.Digest.ToString();
        GeneratedContainerConfiguration = Encoding.UTF8.GetString(published.Image.Config.Content.Bytes.Span);
        GeneratedArchiveOutputPath = begun.Request.ArchiveFile ?? "";
        Announce(begun.Request.Tags.IsEmpty ? $"{manifest.Digest} for {ContainerRuntimeIdentifier}" : published.Name, Describe(published), published.IsNew);
    }

    private static string Describe(PublishedImage image)
    {
        int layers = image.Image.Manifest.Layers.Length;
        if (image.Image.Manifest.Layers.All(l => l.Annotations.ContainsKey(Annotation.ZstdChunkedManifestChecksum)))
        {
            return $"zstd:chunked, {layers} layers, {Megabytes(image.Size)}";
        }

        int lazy = image.Image.Manifest.Layers.Count(l => l.Annotations.ContainsKey(Annotation.TocDigest));
        var kind = lazy == layers ? $"eStargz, {layers} layers" : $"{lazy} of {layers} layers eStargz, not lazy";
        return $"{kind}, {Megabytes(image.Size)}, prefetch {Megabytes(image.PrefetchSize)}";
    }

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture) + " MB";
}
