using System.Text.Json.Nodes;

namespace Estargz.Images;

/// <summary>How one layer, or a setting without a layer, came about (OCI image spec, config.md, "history").</summary>
public sealed record HistoryEntry
{
    private readonly JsonObject _json = [];

    /// <summary>An entry that says nothing yet.</summary>
    public HistoryEntry()
    {
    }

    private HistoryEntry(JsonObject json) => _json = json;

    /// <summary>When, RFC 3339 as it was written; or null.</summary>
    public string? Created { get; init; }

    /// <summary>The command, or null.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Whether there is no layer to this entry.</summary>
    public bool EmptyLayer { get; init; }

    /// <summary>Reads an entry.</summary>
    internal static HistoryEntry Read(Field json) => new(json.Object())
    {
        Created = json["created"].TextOrNull(),
        CreatedBy = json["created_by"].TextOrNull(),
        EmptyLayer = json["empty_layer"].Flag(),
    };

    /// <summary>Writes this entry; author, comment and unknown fields as they came.</summary>
    internal JsonObject Write() => Document.Order(
        _json,
        ("created", Created),
        ("created_by", CreatedBy),
        ("empty_layer", EmptyLayer ? true : null));
}
