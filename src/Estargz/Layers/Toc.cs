using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Estargz.Deflate;

namespace Estargz.Layers;

/// <summary>
/// The table of contents of a layer (eStargz spec, "TOC"): the JSON file <c>stargz.index.json</c> that ends its tar.
/// </summary>
/// <param name="Version">Always 1. First in the JSON, because one reader looks for the first <c>[</c>.</param>
/// <param name="Entries">All tar entries but the TOC's own, in the order of the tar.</param>
public sealed record Toc(
    [property: JsonPropertyName("version")] int Version,
    [property: JsonPropertyName("entries")] IReadOnlyList<TocEntry> Entries)
{
    /// <summary>In a zstd:chunked layer, digest of its compressed tar-split data.</summary>
    [JsonPropertyName("tarSplitDigest")]
    public string? TarSplitDigest { get; init; }

    /// <summary>The name of the tar entry that holds the JSON.</summary>
    public const string EntryName = "stargz.index.json";

    /// <summary>The version of every TOC.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The largest JSON that is read, in bytes: a million entries take about 300 MB.</summary>
    public const int MaxBytes = 512 << 20;

    /// <summary>More than most entries take, in bytes.</summary>
    private const int UsualEntry = 400;

    /// <summary>The JSON, without a byte after its last brace: readers differ in what they would digest.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, TocJson.Own.Toc);

    /// <summary>Appends <see cref="ToJson"/>.</summary>
    internal void AppendJson(GrowingBuffer output)
    {
        output.Reserve((Entries.Count * UsualEntry) + 4096);
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = TocJson.Own.Options.Encoder, SkipValidation = true });
        JsonSerializer.Serialize(writer, this, TocJson.Own.Toc);
    }

    /// <summary>Reads a TOC.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.NotEstargz"/>.</exception>
    public static Toc Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var toc = JsonSerializer.Deserialize(json, TocJson.Own.Toc);
            return toc?.Entries is null || toc.Entries.Any(e => e is null)
                ? throw Invalid("it has no entries")
                : toc.Version != CurrentVersion
                    ? throw Invalid($"its version is {toc.Version}, not {CurrentVersion}")
                    : toc;
        }
        catch (JsonException e)
        {
            // Where, and not what .NET would make of it.
            throw Invalid($"its JSON is malformed{(e.Path is null ? "" : " at " + e.Path)}", e);
        }
    }

    private static EstargzException Invalid(string why, Exception? cause = null) =>
        new(DiagnosticCode.NotEstargz, $"The layer's table of contents is not valid: {why}.", cause);
}

/// <summary>How a TOC is written and read: no reflection, no depth beyond what it needs, no key twice, no null but where it means something.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, MaxDepth = 8)]
[JsonSerializable(typeof(Toc))]
[JsonSerializable(typeof(SourceDescription))]
internal sealed partial class TocJson : JsonSerializerContext
{
    public static TocJson Own { get; } = new(new JsonSerializerOptions
    {
        // Only what JSON itself demands is escaped: names stay readable and short.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        MaxDepth = 8,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
    });
}
