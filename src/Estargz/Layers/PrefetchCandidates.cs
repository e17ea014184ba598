using System.Collections.Immutable;
using Estargz.Profiles;

namespace Estargz.Layers;

/// <summary>What a plan has to know of the files in an image's layers.</summary>
/// <param name="layers">The entries of each layer, the lowest first.</param>
/// <param name="icuPages">For each layer, the pages of ICU's data that are read at start-up, see <see cref="SourceDescription"/>.</param>
/// <param name="atHand">The uppermost layers whose files can be looked into, the app's; of the others only the entries are known.</param>
internal sealed class PrefetchCandidates(
    IReadOnlyList<IReadOnlyList<TocEntry>> layers,
    IReadOnlyList<ImmutableSortedDictionary<string, string>> icuPages,
    params IReadOnlyList<IReadOnlyList<Entry>> atHand)
{
    // Looked into once, and only what is read at start-up.
    private readonly Dictionary<string, Lazy<long>> _compressed = new(
        from layer in atHand.Index()
        from file in layer.Item
        where file.Type == EntryType.File
        select KeyValuePair.Create(StartupEntry.PlaceOf(layers.Count - atHand.Count + layer.Index, file.Name), new Lazy<long>(() => CompressedSize.Estimate(file))));

    private readonly ILookup<string, long>[] _sizes = [.. layers.Select(entries => entries.Where(e => !e.IsChunk).ToLookup(e => e.Name, e => e.Size))];

    /// <summary>Entries that are read at start-up, with what they cost.</summary>
    /// <param name="entries">The entries, by first access.</param>
    /// <param name="ownPages">Whether pages of ICU's data that the entries name count; otherwise those that .NET is known to read.</param>
    public IEnumerable<PrefetchCandidate> Weigh(IEnumerable<StartupEntry> entries, bool ownPages) =>
        from entry in entries
        let size = _sizes[entry.Layer][entry.Name].LastOrDefault()
        let often = IcuData.IsName(entry.Name) ? IcuPages(entry) : null
        let pages = often is null || (ownPages && entry.Pages is not null) ? entry.Pages : often
        select new PrefetchCandidate(entry with { Pages = pages }, size, CompressedSizeOf(entry, size)) { OftenRead = often };

    private long CompressedSizeOf(StartupEntry entry, long size) =>
        _compressed.TryGetValue(entry.Place, out var compressed) ? compressed.Value : CompressedSize.Estimate(entry.Name, size);

    // The file itself tells where the data are that .NET reads, whatever the version of ICU.
    private TouchedPages? IcuPages(StartupEntry entry) =>
        icuPages[entry.Layer].TryGetValue(entry.Name, out var text) && TouchedPages.TryParse(text, out var pages) ? pages : null;
}
