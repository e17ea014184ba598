using System.Globalization;
using System.Text;
using Estargz.Images;
using Estargz.Publishing;
using Microsoft.Build.Framework;
using TaskItem = Microsoft.Build.Utilities.TaskItem;

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

    /// <summary>The manifest that the SDK made over an empty folder, JSON, or empty if it is not needed; then the one that was pushed.</summary>
    [Output]
    public string GeneratedContainerManifest { get; set; } = "";

    /// <summary>The media type of <see cref="GeneratedContainerManifest"/>.</summary>
    [Output]
    public string GeneratedContainerMediaType { get; set; } = "";

    /// <summary>The configuration that the SDK made, JSON; then the one that was pushed.</summary>
    [Output]
    public string GeneratedContainerConfiguration { get; set; } = "";

    /// <summary>The digest of the manifest that was pushed.</summary>
    [Output]
    public string GeneratedContainerDigest { get; private set; } = "";

    /// <summary>The archive that was written, or empty.</summary>
    [Output]
    public string GeneratedArchiveOutputPath { get; private set; } = "";

    /// <summary>What the image is called, once for each tag.</summary>
    [Output]
    public ITaskItem[] GeneratedContainerNames { get; private set; } = [];

    /// <summary>The label that says which base image this is, if <see cref="GenerateDigestLabel"/>.</summary>
    [Output]
    public ITaskItem[] GeneratedDigestLabel { get; private set; } = [];

    /// <summary>Whether there is such a label.</summary>
    public bool GenerateDigestLabel { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var begun = BegunPublish.Take(BuildEngine4, Publish);
        await using var end = begun.ConfigureAwait(false);
        begun.Messages.Attach(this);
        var sdk = !begun.Publisher.NeedsSdk ? null
            : ImageJson.Parse(GeneratedContainerMediaType, GeneratedContainerManifest, GeneratedContainerConfiguration, "the .NET SDK's image");
        var published = await begun.Publisher.PublishAsync(sdk, cancellationToken).ConfigureAwait(false);

        var manifest = published.Image.Manifest.Content;
        GeneratedContainerManifest = Encoding.UTF8.GetString(manifest.Bytes.Span);
        GeneratedContainerMediaType = manifest.MediaType;
        GeneratedContainerDigest = manifest.Digest.ToString();
        GeneratedContainerConfiguration = Encoding.UTF8.GetString(published.Image.Config.Content.Bytes.Span);
        GeneratedArchiveOutputPath = begun.Request.ArchiveFile ?? "";
        GeneratedContainerNames = [.. begun.Request.Names.Select(name => new TaskItem(name))];
        if (GenerateDigestLabel && published.Image.Config.Labels.TryGetValue(Annotation.BaseDigest, out var digest))
        {
            GeneratedDigestLabel = [new TaskItem(Annotation.BaseDigest, new Dictionary<string, string> { ["Value"] = digest })];
        }

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
