using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Estargz.Images;
using Estargz.Layers;

namespace Estargz.Publishing;

/// <summary>
/// What a publish leaves in the cache for the next one that is told the same: the image as the SDK made it, and the one
/// that was published. There is one for each publish folder, platform and repository: the next publish takes its place.
/// </summary>
internal sealed class LastPublish
{
    private const string From = "the last publish";

    private readonly Field _root;

    private LastPublish(Field root)
    {
        _root = root;
        Inputs = ReadDigest("inputs");
        Base = ReadDigest("base");
        BaseManifest = ReadDigest("baseManifest");
        Files = root["image"].IsMissing ? null : ReadDigest("files");
    }

    /// <summary>The digest of what it was told, as in <see cref="PublishRequest.Inputs"/>.</summary>
    public Digest Inputs { get; }

    /// <summary>The digest of what the base image's reference named: an index or a manifest.</summary>
    public Digest Base { get; }

    /// <summary>The digest of the base image's manifest.</summary>
    public Digest BaseManifest { get; }

    /// <summary>The stamp of the files; null if the image is not to be had again.</summary>
    public Digest? Files { get; }

    /// <summary>The image as the SDK made it.</summary>
    public Image Sdk => ReadImage(_root["sdk"]);

    /// <summary>The image that was published, if <see cref="Files"/> is not null.</summary>
    public Image Image => ReadImage(_root["image"]);

    /// <summary>The bytes of all its layers that a lazy client fetches before it starts the container.</summary>
    public long PrefetchSize => _root["prefetchSize"].Number();

    /// <summary>What the user was told of it.</summary>
    public ImmutableArray<string> Said => _root["said"].Texts();

    /// <summary>Looks for one that was told the same; a damaged one is not there.</summary>
    public static LastPublish? Find(PublishRequest request)
    {
        try
        {
            var last = new LastPublish(Document.Parse(CheckedBytes.Of(File.ReadAllBytes(PathOf(request))), From));
            return last.Inputs == request.Inputs ? last : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or EstargzException)
        {
            return null;
        }
    }

    /// <summary>Keeps one; whether that works does not matter to the publish.</summary>
    /// <param name="request">What was published, with <see cref="PublishRequest.Inputs"/>.</param>
    /// <param name="baseImage">The base image.</param>
    /// <param name="sdk">The image as the SDK made it.</param>
    /// <param name="files">The stamp of its files; null if the image is not to be had again.</param>
    /// <param name="image">The image that was published.</param>
    /// <param name="said">What the user was told of it.</param>
    public static void Keep(PublishRequest request, BaseImage baseImage, Image sdk, Digest? files, PublishedImage image, IEnumerable<string> said)
    {
        var json = new JsonObject
        {
            ["inputs"] = request.Inputs!.ToString(),
            ["base"] = baseImage.Named.ToString(),
            ["baseManifest"] = baseImage.Image.Manifest.Content.Digest.ToString(),
            ["sdk"] = Write(sdk),
        };
        if (files is { } stamp)
        {
            json["files"] = stamp.ToString();
            json["image"] = Write(image.Image);
            json["prefetchSize"] = image.PrefetchSize;
            json["said"] = Document.Of(said);
        }

        CacheFolder.Replace(request.CacheFolder, PathOf(request), CheckedBytes.ToFile(Document.Write(json).Span));
    }

    /// <summary>Notes that it was used.</summary>
    public static void Touch(PublishRequest request) => CacheFolder.Touch(PathOf(request));

    private static string PathOf(PublishRequest request) => Path.Combine(
        request.CacheFolder,
        CacheFolder.Publishes,
        Digest.OfBytes(Encoding.UTF8.GetBytes($"{request.PublishFolder}\0{request.Platform}\0{request.Target}")).Hex);

    private static JsonObject Write(Image image) => new()
    {
        ["mediaType"] = image.Manifest.Content.MediaType,
        ["manifest"] = Encoding.UTF8.GetString(image.Manifest.Content.Bytes.Span),
        ["configuration"] = Encoding.UTF8.GetString(image.Config.Content.Bytes.Span),
    };

    private static Image ReadImage(Field image)
    {
        var manifest = Manifest.Parse(new Content(image["mediaType"].Text(), Encoding.UTF8.GetBytes(image["manifest"].Text())), From);
        var configuration = new Content(manifest.Config.MediaType, Encoding.UTF8.GetBytes(image["configuration"].Text()));
        return Image.Create(manifest, ImageConfig.Parse(configuration, From), From);
    }

    private Digest ReadDigest(string name) => Digest.Parse(_root[name].Text(), From);
}
