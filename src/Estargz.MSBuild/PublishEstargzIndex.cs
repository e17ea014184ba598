using System.Text;
using Estargz.Publishing;
using Microsoft.Build.Framework;

namespace Estargz.MSBuild;

/// <summary>Puts the images of several RIDs under one name, and moves the tags.</summary>
public sealed class PublishEstargzIndex : ImageTask
{
    /// <summary>
    /// The images in the order of the index, with the metadata <c>Manifest</c>, <c>ManifestMediaType</c> and
    /// <c>Configuration</c>.
    /// </summary>
    [Required]
    public ITaskItem[] GeneratedContainers { get; set; } = [];

    /// <summary>The OCI layout that holds the images of an archive until they are in it, an absolute path; or empty.</summary>
    public string StagingPath { get; set; } = "";

    /// <summary>The index that was written, JSON.</summary>
    [Output]
    public string GeneratedImageIndex { get; private set; } = "";

    /// <summary>The archive that was written, or empty.</summary>
    [Output]
    public string GeneratedArchiveOutputPath { get; private set; } = "";

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var request = new IndexRequest
        {
            BaseImage = BaseImage(),
            Target = Target(),
            Tags = Tags(),
            Annotations = ParseAnnotations(),
            Archive = Path(ArchiveOutputPath),
            Layout = Path(OciLayoutPath),
            Staging = Path(StagingPath),
            Images = [.. GeneratedContainers.Select(container => ImageJson.Parse(
                container.GetMetadata("ManifestMediaType"), container.GetMetadata("Manifest"), container.GetMetadata("Configuration"), "an image of the index"))],
            Warn = LogWarning,
            Tell = Tell,
        };
        var published = await new IndexPublisher(request).PublishAsync(cancellationToken).ConfigureAwait(false);
        GeneratedImageIndex = Encoding.UTF8.GetString(published.Index.Content.Bytes.Span);
        GeneratedArchiveOutputPath = request.ArchiveFile ?? "";
        Announce(published.Name, "index of " + string.Join(", ", published.Index.Entries.Select(entry => entry.Platform)), published.IsNew);
    }
}
