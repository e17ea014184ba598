using System.Text.Json.Serialization;

namespace Estargz.Layers;

/// <summary>
/// One entry of a TOC: a tar entry, or a further chunk of the file before it (eStargz spec, "TOCEntry"). The order of
/// the properties is the order in the JSON; what has its default value is left out.
/// </summary>
public sealed record TocEntry
{
    /// <summary>The path as the tar header has it.</summary>
    [JsonPropertyName("name"), JsonRequired]
    public string Name { get; init; } = "";

    /// <summary><c>dir</c>, <c>reg</c>, <c>symlink</c>, <c>hardlink</c>, <c>char</c>, <c>block</c>, <c>fifo</c> or <c>chunk</c>.</summary>
    [JsonPropertyName("type"), JsonRequired]
    public string Type { get; init; } = "";

    /// <summary>The size of a regular file in bytes.</summary>
    [JsonPropertyName("size")]
    public long Size { get; init; }

    /// <summary>Modification time in UTC, RFC 3339, whole seconds, except in zstd:chunked layers; null means unknown.</summary>
    [JsonPropertyName("modtime")]
    public string? Modified { get; init; }

    /// <summary>When the file was read; only in zstd:chunked layers.</summary>
    [JsonPropertyName("accesstime")]
    public string? Accessed { get; init; }

    /// <summary>When the file's attributes were changed; only in zstd:chunked layers.</summary>
    [JsonPropertyName("changetime")]
    public string? Changed { get; init; }

    /// <summary>Target of a symbolic or hard link.</summary>
    [JsonPropertyName("linkName")]
    public string? LinkName { get; init; }

    /// <summary>The mode field of the tar header; null in a chunk.</summary>
    [JsonPropertyName("mode")]
    public long? Mode { get; init; }

    /// <summary>The owner's number; null in a chunk.</summary>
    [JsonPropertyName("uid")]
    public long? UserId { get; init; }

    /// <summary>The group's number; null in a chunk.</summary>
    [JsonPropertyName("gid")]
    public long? GroupId { get; init; }

    /// <summary>The owner's name, where it is not the one last given for this number.</summary>
    [JsonPropertyName("userName")]
    public string? UserName { get; init; }

    /// <summary>The group's name, where it is not the one last given for this number.</summary>
    [JsonPropertyName("groupName")]
    public string? GroupName { get; init; }

    /// <summary>Where in the blob the gzip member begins that this chunk begins with, in bytes; 0 where there is none.</summary>
    [JsonPropertyName("offset")]
    public long Offset { get; init; }

    /// <summary>Where in the blob the content of a file ends, in bytes; only in zstd:chunked layers.</summary>
    [JsonPropertyName("endOffset")]
    public long EndOffset { get; init; }

    /// <summary>Where in the decompressed member the chunk begins, in bytes; 0 except in layers of grouped members.</summary>
    [JsonPropertyName("innerOffset")]
    public long InnerOffset { get; init; }

    /// <summary>Major device number.</summary>
    [JsonPropertyName("devMajor")]
    public long DeviceMajor { get; init; }

    /// <summary>Minor device number.</summary>
    [JsonPropertyName("devMinor")]
    public long DeviceMinor { get; init; }

    /// <summary>Extended attributes; the JSON has the values in base64.</summary>
    [JsonPropertyName("xattrs")]
    public IReadOnlyDictionary<string, byte[]>? Xattrs { get; init; }

    /// <summary>Digest of a regular file's content.</summary>
    [JsonPropertyName("digest")]
    public string? Digest { get; init; }

    /// <summary>Where in the file the chunk begins, in bytes.</summary>
    [JsonPropertyName("chunkOffset")]
    public long ChunkOffset { get; init; }

    /// <summary>The size of the chunk in bytes; 0 in the last chunk of a file, which goes to the file's end.</summary>
    [JsonPropertyName("chunkSize")]
    public long ChunkSize { get; init; }

    /// <summary>Digest of the chunk's bytes.</summary>
    [JsonPropertyName("chunkDigest")]
    public string? ChunkDigest { get; init; }

    /// <summary>Whether this is a further chunk of the file before it.</summary>
    [JsonIgnore]
    public bool IsChunk => Type == "chunk";

    /// <summary>Whether bytes of the blob belong to this entry.</summary>
    [JsonIgnore]
    public bool HasData => IsChunk || (Type == "reg" && Size > 0);
}
