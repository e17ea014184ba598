using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Estargz.Images;

/// <summary>
/// An image configuration (OCI image spec, config.md): a reading of its <see cref="Content"/>. Fields that this type
/// does not know stay in the content, through every change.
/// </summary>
public sealed class ImageConfig
{
    private ImageConfig(Content content, string from)
    {
        var root = Document.Parse(content.Bytes.Span, from);
        Content = content;
        Json = root.Object();
        if (root["os"].IsMissing && content.MediaType is not (MediaType.Config or MediaType.DockerConfig))
        {
            throw new EstargzException(
                DiagnosticCode.ImageMalformed, $"{from} is no image but an artifact: its configuration is {Excerpt.Of(content.MediaType)}. Choose another tag.");
        }

        Platform = Platform.Read(root)!;
        Created = root["created"].TextOrNull();
        DiffIds = [.. root["rootfs"]["diff_ids"].Items().Select(id => Digest.Parse(id.Text(), $"{id.Path} of {from}"))];
        History = [.. root["history"].Items().Select(HistoryEntry.Read)];
        Env = root["config"]["Env"].Texts();
        Entrypoint = root["config"]["Entrypoint"].Texts();
        Cmd = root["config"]["Cmd"].Texts();
        Labels = root["config"]["Labels"].TextMembers();
        User = root["config"]["User"].TextOrNull();
        WorkingDirectory = root["config"]["WorkingDir"].TextOrNull();
    }

    /// <summary>The exact bytes: those that were read, or after a change those that are sent.</summary>
    public Content Content { get; }

    /// <summary>What the image runs on.</summary>
    public Platform Platform { get; }

    /// <summary>When the image was made, RFC 3339 as it was written; or null.</summary>
    public string? Created { get; }

    /// <summary>The digests of the layers' tar archives, uncompressed; the lowest first.</summary>
    public ImmutableArray<Digest> DiffIds { get; }

    /// <summary>The history, the oldest first; empty where there is none.</summary>
    public ImmutableArray<HistoryEntry> History { get; }

    /// <summary>Environment variables, each <c>NAME=value</c>.</summary>
    public ImmutableArray<string> Env { get; }

    /// <summary>The command that always runs.</summary>
    public ImmutableArray<string> Entrypoint { get; }

    /// <summary>The arguments, or the command where there is no entrypoint.</summary>
    public ImmutableArray<string> Cmd { get; }

    /// <summary>The labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; }

    /// <summary>User and group of the process, by name or number; or null.</summary>
    public string? User { get; }

    /// <summary>The working directory of the process, or null.</summary>
    public string? WorkingDirectory { get; }

    internal JsonObject Json { get; }

    /// <summary>Reads a configuration. The caller has limited the number of bytes and checked their digest.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="from">What this is, for messages: <c>the configuration of docker.io/library/nginx:latest</c>.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.ImageMalformed"/>.</exception>
    public static ImageConfig Parse(Content content, string from) => new(content, from);

    /// <summary>This configuration with the layers packed anew, as many as before.</summary>
    /// <param name="diffIds">The digests of the layers' tar archives; the lowest first.</param>
    public ImageConfig With(IEnumerable<Digest> diffIds) => Edit(json => SetLayers(json, diffIds));

    /// <summary>This configuration with these layers.</summary>
    /// <param name="diffIds">The digests of the layers' tar archives; the lowest first.</param>
    /// <param name="history">The history; as many entries that have a layer as there are layers.</param>
    public ImageConfig With(IEnumerable<Digest> diffIds, IEnumerable<HistoryEntry> history) => Edit(json =>
    {
        SetLayers(json, diffIds);
        json["history"] = Document.Of(history.Select(entry => (JsonNode?)entry.Write()));
    });

    /// <summary>
    /// This configuration, made at another time: <c>created</c>, and the labels that repeat it.
    /// </summary>
    /// <param name="time">The time.</param>
    /// <param name="labels">The names of these labels, as far as it has them.</param>
    public ImageConfig WithCreated(DateTimeOffset time, ImmutableArray<string> labels) => Edit(json =>
    {
        var text = Timestamp(time);
        json["created"] = text;
        foreach (var label in labels.Where(Labels.ContainsKey))
        {
            json["config"]![nameof(Labels)]![label] = text;
        }
    });

    private static void SetLayers(JsonObject json, IEnumerable<Digest> diffIds) => json["rootfs"] = Document.Order(
        json["rootfs"] as JsonObject ?? [],
        ("type", "layers"),
        ("diff_ids", Document.Of(diffIds.Select(id => id.ToString()))));

    /// <summary>A time as configurations have it: RFC 3339, UTC, whole seconds.</summary>
    internal static string Timestamp(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>This configuration with a change in its JSON, as an OCI one.</summary>
    internal ImageConfig Edit(Action<JsonObject> change) =>
        new(new Content(MediaType.Config, Document.Edit(Json, change)), "the new configuration");
}
