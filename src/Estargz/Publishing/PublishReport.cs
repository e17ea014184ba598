using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Estargz.Publishing;

/// <summary>What a publish decided, for whoever wants to know it later: JSON beside the image. There is no time in it.</summary>
/// <param name="Version">Of this format: 1.</param>
/// <param name="Image">Digest of the image's manifest.</param>
/// <param name="Platform">What the image runs on.</param>
/// <param name="Layers">The layers, the lowest first.</param>
/// <param name="Messages">What the publish said of prefetching, a line each.</param>
internal sealed record PublishReport(
    int Version, string Image, string Platform, ImmutableArray<PublishReport.Layer> Layers, ImmutableArray<string> Messages)
{
    /// <summary>The artifact type.</summary>
    public const string ArtifactType = "application/vnd.estargz.report.v1+json";

    /// <summary>The JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, PublishReportJson.Default.PublishReport);

    /// <summary>A layer.</summary>
    /// <param name="Digest">Digest of its blob.</param>
    /// <param name="Size">Its size in bytes.</param>
    /// <param name="PrefetchSize">The bytes that a lazy client fetches before it starts the container.</param>
    /// <param name="CreatedBy">What made it; null for one of the base image.</param>
    internal sealed record Layer(string Digest, long Size, long PrefetchSize, string? CreatedBy);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n", DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PublishReport))]
internal sealed partial class PublishReportJson : JsonSerializerContext;
