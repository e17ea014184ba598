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
            ? description
            : throw new JsonException();
}
