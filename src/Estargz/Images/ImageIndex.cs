using System.Collections.Immutable;
using System.Text.Json.Nodes;

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
            new IndexEntry(Descriptor.Read(entry), Platform.Read(entry["platform"])) { Said = entry.Object() })];
    }

    /// <summary>The exact bytes: those that were read, or after a change those that are sent.</summary>
    public Content Content { get; }

    /// <summary>The entries, in the order of the index.</summary>
    public ImmutableArray<IndexEntry> Entries { get; }

    /// <summary>Reads an index. The caller has limited the number of bytes and checked their digest.</summary>
    /// <param name="content">The bytes, with the media type under which they were served.</param>
    /// <param name="from">What this is, for messages: <c>the index of docker.io/library/nginx:latest</c>.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.ImageMalformed"/>.</exception>
    public static ImageIndex Parse(Content content, string from) => new(content, from);

    /// <summary>A new OCI index with these entries, in this order.</summary>
    public static ImageIndex Create(IEnumerable<IndexEntry> entries) => Create([], entries);

    /// <summary>This index, as an OCI one, with these entries in place of its own; annotations and the rest stay.</summary>
    public ImageIndex With(IEnumerable<IndexEntry> entries) => Create(Document.Parse(Content.Bytes.Span, "the index").Object(), entries);

    /// <summary>This index with these annotations.</summary>
    public ImageIndex With(ImmutableSortedDictionary<string, string> annotations)
    {
        var json = Document.Parse(Content.Bytes.Span, "the new index").Object();
        json["annotations"] = Document.Of(annotations);
        return new ImageIndex(new Content(MediaType.Index, Document.Write(json)), "the new index");
    }

    /// <summary>
    /// This index as that of an OCI layout (image-layout.md, "index.json"), where each tag names this image and no other
    /// one any more. Everything else stays as it is.
    /// </summary>
    /// <param name="image">The descriptor of a manifest or an index.</param>
    /// <param name="repository">The image's name without tag, for runtimes: <c>docker.io/library/hello</c>; or null.</param>
    /// <param name="tags">The tags.</param>
    public ImageIndex WithTags(Descriptor image, string? repository, IReadOnlyCollection<string> tags)
    {
        var earlier = Document.Parse(Content.Bytes.Span, "the index of an OCI layout").Object();
        var kept = Entries.Zip(earlier["manifests"]!.AsArray())
            .Where(entry => !tags.Contains(entry.First.Descriptor.Annotations.GetValueOrDefault(Annotation.RefName)))
            .Select(entry => entry.Second!.DeepClone());
        return Create(earlier, [.. kept, .. tags.Select(tag => Tagged(tag).Write([]))]);

        Descriptor Tagged(string tag) => repository is null
            ? image.With(Annotation.RefName, tag)
            : image.With(Annotation.RefName, tag).With(Annotation.ContainerdName, $"{repository}:{tag}");
    }

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
            $"{from} has no image for {wanted}. It has: {List(images)}. Choose another image, tag or platform (in a publish: runtime identifier).");
    }

    private static ImageIndex Create(JsonObject earlier, IEnumerable<IndexEntry> entries) =>
        Create(earlier, [.. entries.Select(entry => entry.Write())]);

    private static ImageIndex Create(JsonObject earlier, JsonArray manifests)
    {
        var json = Document.Order(earlier, ("schemaVersion", 2), ("mediaType", MediaType.Index), ("manifests", manifests));
        return new ImageIndex(new Content(MediaType.Index, Document.Write(json)), "the new index");
    }

    private static string List(IEnumerable<IndexEntry> images)
    {
        string[] platforms = [.. images.Select(entry => entry.Platform?.ToString()).OfType<string>().Distinct().Take(20)];
        return platforms.Length == 0 ? "none" : string.Join(", ", platforms.Select(Excerpt.Of));
    }
}
