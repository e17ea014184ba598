using System.Collections.Immutable;

namespace Estargz.Images;

/// <summary>An image index (OCI image spec, image-index.md) or Docker manifest list: one manifest for each platform.</summary>
public sealed class ImageIndex
{
    private ImageIndex(Content content, string from)
    {
        var root = Document.Parse(content.Bytes.Span, from);
        Manifest.CheckType(root, content, MediaType.IsIndex, "layers", "config", "fsLayers");
        if (root["manifests"].IsMissing)
        {
            throw root["manifests"].Malformed("is missing");
        }

        Content = content;
        Entries = [.. root["manifests"].Items().Select(entry =>
            new IndexEntry(Descriptor.Read(entry), Platform.Read(entry["platform"])))];
    }

    /// <summary>The exact bytes that were read.</summary>
    public Content Content { get; }

    /// <summary>The entries, in the order of the index.</summary>
    public ImmutableArray<IndexEntry> Entries { get; }

    /// <summary>Reads an index. The caller has limited the number of bytes and checked their digest.</summary>
    /// <param name="content">The bytes, with the media type under which they were served.</param>
    /// <param name="from">What this is, for messages: <c>the index of docker.io/library/nginx:latest</c>.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.ImageMalformed"/>.</exception>
    public static ImageIndex Parse(Content content, string from) => new(content, from);

    /// <summary>
    /// The manifest for a platform: of those that run there the nearest variant, of equal ones the first
    /// (image-index.md: "the first matching entry SHOULD be used"). The only image of an index that names no
    /// platform fits every one: its configuration says the truth.
    /// </summary>
    /// <param name="wanted">The platform.</param>
    /// <param name="from">Whose index this is, for the message: <c>the base image …</c>.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.PlatformMissing"/>, with the platforms there are.</exception>
    public Descriptor Select(Platform wanted, string from)
    {
        IndexEntry[] images = [.. Entries.Where(entry => entry.IsImage)];
        if (images is [{ Platform: null } only])
        {
            return only.Descriptor;
        }

        var nearest = images
            .Where(entry => entry.Platform is not null && wanted.DistanceTo(entry.Platform) is not null)
            .MinBy(entry => wanted.DistanceTo(entry.Platform!));
        return nearest?.Descriptor ?? throw new EstargzException(
            DiagnosticCode.PlatformMissing,
            $"{from} has no image for {wanted}. It has: {List(images)}. Choose another base image, tag or runtime identifier.");
    }

    private static string List(IEnumerable<IndexEntry> images)
    {
        string[] platforms = [.. images.Select(entry => entry.Platform?.ToString()).OfType<string>().Distinct().Take(20)];
        return platforms.Length == 0 ? "none" : string.Join(", ", platforms.Select(Excerpt.Of));
    }
}
