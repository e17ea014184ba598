using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Estargz.Images;
using Estargz.Profiles;

namespace Estargz.Layers;

/// <summary>What a plan has to know of a source layer, without its bytes.</summary>
/// <param name="DiffId">Digest of its tar.</param>
/// <param name="Toc">Its entries, without offsets.</param>
/// <param name="IcuPages">
/// For each library with ICU's data, by its name: the pages that .NET reads at start-up, as a profile writes them; see <see cref="IcuData"/>.
/// </param>
public sealed record SourceDescription(
    [property: JsonRequired] string DiffId, [property: JsonRequired] Toc Toc, [property: JsonRequired] ImmutableSortedDictionary<string, string> IcuPages)
{
    /// <summary>
    /// Raise it when any layer would be described in another way: when <see cref="AppliedEntries"/> leaves other entries, names
    /// or attributes, when <see cref="IcuData"/> finds other pages, or when there is more to tell. It is in the names under which
    /// descriptions are kept, so those of other versions are not found.
    /// </summary>
    private const int Version = 2;

    /// <summary>Its own table of contents, if the layer is eStargz already; null if it has to be converted.</summary>
    public SourceToc? OwnToc { get; init; }

    /// <summary>The name under which the description of a layer is kept.</summary>
    /// <param name="source">Digest of the layer's blob.</param>
    public static string NameOf(Digest source) => $"{Version}-{source.Hex}";

    /// <summary>Describes the entries of a tar.</summary>
    public static SourceDescription Of(Digest diffId, IReadOnlyList<Entry> entries) => new(diffId.ToString(), TocWriter.Describe(entries), IcuPagesOf(entries));

    /// <summary>The pages of ICU's data that .NET reads at start-up, in a layer that is at hand.</summary>
    public static ImmutableSortedDictionary<string, string> IcuPagesOf(IEnumerable<Entry> entries)
    {
        var pages = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var entry in entries.Where(e => e.Type == EntryType.File && e.Size > ReadAhead.Window && IcuData.IsName(e.Name)))
        {
            if (IcuData.StartupPages(entry.Size, entry.Content.Read) is { } touched)
            {
                pages[entry.Name] = touched.ToString();
            }
        }

        return pages.ToImmutable();
    }

    /// <summary>The description as a file of the cache.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, TocJson.Own.SourceDescription);

    /// <summary>Reads a description.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static SourceDescription Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, TocJson.Own.SourceDescription) is { Toc.Entries: { } entries, IcuPages: not null } description
        && entries.All(e => e is not null) && Digest.TryParse(description.DiffId, out _)
        && (description.OwnToc is null || Digest.TryParse(description.OwnToc.Digest, out _))
            ? description
            : throw new JsonException();
}
