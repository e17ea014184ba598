using System.Collections.Immutable;

namespace Estargz.Profiles;

/// <summary>Which of the files that are read at start-up go into the prefetch zone.</summary>
/// <remarks>
/// A client fetches the zones of all layers at once, whole, and starts the container when it has them, or after 10 s;
/// what is still on its way then is fetched again as the app asks for it. So the zones hold what the link moves in 10 s:
/// first the files that take less time to move than to ask for, then the others by first access. Left out is also a file
/// above 2 MiB compressed of which the client fetches less than three quarters on demand, unless the link is faster than
/// the client: then round trips cost more than bytes. With hot pieces, copies of what is read of such a file are in the
/// zone in its place.
/// </remarks>
public sealed class PrefetchPlan
{
    /// <summary>How long clients wait for prefetch.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);

    /// <summary>
    /// What is left of the budget for footers and TOCs: those of six layers, however many the image has. If it were its own
    /// number, apps with more or fewer layers would order the base layers that they share in other ways.
    /// </summary>
    private const long Reserve = 6 * StartEstimate.BytesPerLayer;

    private PrefetchPlan(ImmutableArray<LayerPrefetch> layers, ImmutableArray<LeftOutFile> leftOut) => (Layers, LeftOut) = (layers, leftOut);

    /// <summary>The layers, the lowest first.</summary>
    public ImmutableArray<LayerPrefetch> Layers { get; }

    /// <summary>What is not in the zones, by first access.</summary>
    public ImmutableArray<LeftOutFile> LeftOut { get; }

    /// <summary>The compressed bytes of all zones.</summary>
    public long PrefetchBytes => Layers.Sum(layer => layer.Bytes);

    /// <summary>The compressed bytes that are fetched until the app is ready: zones, reads on demand, footers and TOCs.</summary>
    public long StartBytes => PrefetchBytes + LeftOut.Sum(file => file.OnDemand.Bytes) + (Layers.Length * StartEstimate.BytesPerLayer);

    /// <summary>Decides.</summary>
    /// <param name="files">What is read at start-up, by first access, of all layers.</param>
    /// <param name="layers">The number of layers.</param>
    /// <param name="link">The link that the image is made for.</param>
    /// <param name="chunkSize">The size of a chunk in uncompressed bytes.</param>
    /// <param name="hotPieces">Whether layers may hold copies of what is read of a large file.</param>
    public static PrefetchPlan Create(IEnumerable<PrefetchCandidate> files, int layers, NetworkLink link, long chunkSize, bool hotPieces = false)
    {
        double rate = link.BitsPerSecond / 8.0;
        double request = rate * StartEstimate.SecondsPerRequest(link);
        double budget = (rate * MaxWait.TotalSeconds) - Reserve;
        Placement[] placed = [.. files.Select(file => new Placement(file, chunkSize))];
        if (hotPieces)
        {
            ChooseHot(placed);
        }

        foreach (var file in placed.Where(file => file.Bytes <= request).Concat(placed.Where(file => file.Bytes > request)))
        {
            file.Reason = rate < StartEstimate.ClientBytesPerSecond && file.IsSparse ? LeftOutReason.SparselyRead
                : file.Bytes > Math.Max(0, budget) ? LeftOutReason.OverBudget
                : null;
            budget -= file.Reason is null ? file.Bytes : 0;
        }

        return new PrefetchPlan(
            [.. Enumerable.Range(0, layers).Select(layer => Arrange([.. placed.Where(file => file.Candidate.Entry.Layer == layer)]))],
            [.. from file in placed where file.Reason is not null select new LeftOutFile(file.Candidate.Entry, file.Reason!.Value, file.Bytes, file.OnDemand)]);
    }

    /// <summary>The plan as it is for one app, where it was made for others, too: of what is left out, only what this app reads
    /// is fetched, and so is what the plan knows nothing of.</summary>
    /// <param name="files">What the app reads, by first access.</param>
    /// <param name="chunkSize">The size of a chunk in uncompressed bytes.</param>
    public PrefetchPlan For(IEnumerable<PrefetchCandidate> files, long chunkSize)
    {
        var leftOut = LeftOut.ToDictionary(file => file.Entry.Place);
        var inZone = Layers.SelectMany((layer, i) => layer.Zone.Concat(layer.Hot.Select(file => file.Name)).Select(name => StartupEntry.PlaceOf(i, name))).ToHashSet();
        return new PrefetchPlan(Layers, [.. files.Where(file => !inZone.Contains(file.Entry.Place)).Select(Find)]);

        LeftOutFile Find(PrefetchCandidate file) => leftOut.GetValueOrDefault(file.Entry.Place)
            ?? new LeftOutFile(file.Entry, LeftOutReason.NotShared, file.CompressedSize, ReadAhead.Of(file.Entry.Pages, file.Size, file.CompressedSize, chunkSize));
    }

    /// <summary>How long it takes until the app is ready, in seconds, see <see cref="StartEstimate"/>.</summary>
    /// <param name="link">The link.</param>
    /// <param name="startSeconds">See <see cref="StartEstimate.StartSeconds"/>.</param>
    public double SecondsUntilReady(NetworkLink link, double startSeconds) =>
        StartEstimate.Seconds(StartBytes, LeftOut.Sum(file => file.OnDemand.Requests), link, startSeconds);

    /// <summary>
    /// Copies pay only if what a client fetches with them is less than the file: each read of one reaches 2 MiB far, and
    /// where the zone behind them is shorter, it goes on behind the zone.
    /// </summary>
    private static void ChooseHot(Placement[] placed)
    {
        foreach (var layer in placed.GroupBy(file => file.Candidate.Entry.Layer))
        {
            var files = layer.Select(file => (File: file, Hot: HotFile.Of(file.Candidate))).ToArray();
            long missing = Math.Max(0, ReadAhead.Window - files.Where(pair => pair.Hot is null).Sum(pair => pair.File.Bytes));
            foreach (var (file, hot) in files)
            {
                file.Hot = hot?.Bytes + missing < hot?.CompressedSize / 4 * 3 ? hot : null;
            }
        }
    }

    private static LayerPrefetch Arrange(Placement[] files)
    {
        Placement[] inZone = [.. files.Where(file => file.Reason is null)];
        Placement[] leftOut = [.. files.Where(file => file.Reason is not null)];
        ImmutableArray<HotFile> hot = [.. inZone.Select(file => file.Hot).OfType<HotFile>()];
        long whole = inZone.Where(file => file.Hot is null).Sum(file => file.Bytes);
        return new LayerPrefetch(
            [.. inZone.Where(file => file.Hot is null).Select(Name)],
            [.. leftOut.Select(Name)],
            hot.IsEmpty ? whole : hot.Sum(file => file.Bytes) + Math.Max(whole, ReadAhead.Window))
        {
            Hot = hot,
            Cut = [.. leftOut.Where(file => file.Reason == LeftOutReason.SparselyRead).Select(file => file.Cut).OfType<CutFile>()],
        };

        static string Name(Placement file) => file.Candidate.Entry.Name;
    }

    private sealed class Placement
    {
        private readonly ReadAhead _whole;
        private readonly ReadAhead _cut;
        private readonly bool _isWorthCutting;

        public Placement(PrefetchCandidate candidate, long chunkSize)
        {
            (Candidate, Cut) = (candidate, CutFile.Of(candidate));
            _whole = ReadAhead.Of(candidate.Entry.Pages, candidate.Size, candidate.CompressedSize, chunkSize);
            _cut = Cut is null ? _whole : ReadAhead.OfCut(Cut.Pages, candidate.Size, candidate.CompressedSize);
            _isWorthCutting = Cut is not null && _cut.Bytes < candidate.CompressedSize / 4 * 3;
        }

        public PrefetchCandidate Candidate { get; }

        public CutFile? Cut { get; }

        public ReadAhead OnDemand => IsSparse ? _cut : _whole;

        /// <summary>The copies that stand for the file in the zone, if any do.</summary>
        public HotFile? Hot { get; set; }

        public long Bytes => Hot?.Bytes ?? Candidate.CompressedSize;

        public bool IsSparse => Hot is null && _isWorthCutting;

        /// <summary>Null: it is in the zone.</summary>
        public LeftOutReason? Reason { get; set; }
    }
}
