using System.Collections.Immutable;
using Estargz.Images;
using Estargz.Layers;
using Estargz.Profiles;
using Estargz.Transfers;

namespace Estargz.Publishing;

/// <summary>
/// The order of every layer: what is read at start-up, found in the merged image, and which of it goes into the prefetch
/// zones. Base layers have the order that all .NET apps share, unless they are to have this app's.
/// </summary>
internal sealed class StartupPlan
{
    private readonly IReadOnlyList<PrefetchCandidate> _candidates;
    private readonly PrefetchPlan _plan;
    private readonly PrefetchPlan _start;

    /// <param name="layers">The order of each layer.</param>
    /// <param name="candidates">What is read at start-up, by this app or by others that share its layers.</param>
    /// <param name="plan">What was decided for all of them.</param>
    /// <param name="start">What that is for this app.</param>
    private StartupPlan(ImmutableArray<LayerPrefetch> layers, IReadOnlyList<PrefetchCandidate> candidates, PrefetchPlan plan, PrefetchPlan start) =>
        (Layers, _candidates, _plan, _start) = (layers, candidates, plan, start);

    /// <summary>The order of each layer, the app's after the base's.</summary>
    public ImmutableArray<LayerPrefetch> Layers { get; }

    /// <summary>What of the app's profile the image should have and has not.</summary>
    public ImmutableArray<string> NotFound { get; private init; } = [];

    /// <summary>What the app's layers are ordered by; null where nothing is.</summary>
    public StartupProfile? Profile { get; private init; }

    /// <summary>What the app's profile names, in this image; null where it has none.</summary>
    private StartupOrder? Given { get; init; }

    /// <summary>Every layer as it is.</summary>
    public static StartupPlan None(int layers)
    {
        var plan = PrefetchPlan.Create([], layers, NetworkLink.Default, LayerOptions.DefaultChunkSize);
        return new([.. Enumerable.Repeat(LayerPrefetch.None, layers)], [], plan, plan);
    }

    /// <summary>Decides.</summary>
    /// <param name="request">What is published.</param>
    /// <param name="recorded">The app's profile; null where there is none.</param>
    /// <param name="derived">What its files tell, where there is none.</param>
    /// <param name="shape">What the publish folder shows of the app.</param>
    /// <param name="baseLayers">The layers of the base image.</param>
    /// <param name="app">The layers of the app.</param>
    public static StartupPlan Create(
        PublishRequest request, StartupProfile? recorded, StartupProfile? derived, AppShape shape, BaseLayers baseLayers, AppLayers app)
    {
        var layers = Describe(baseLayers, app);
        int appLayer = baseLayers.Count;
        var profile = StartupProfile.Merge(recorded is null
            ? [derived!, DotnetStartupSet.For(shape)]
            : recorded.Lines.IsEmpty ? [recorded] : [recorded, DotnetStartupSet.Container]);
        var tree = ImageTree.Build(layers.Select(TreeEntries.Of));
        var order = StartupOrder.Create(profile, tree, app.WorkingDirectory);
        var candidates = new PrefetchCandidates(layers, [.. baseLayers.IcuPages, .. app.Entries.Select(SourceDescription.IcuPagesOf)], app.Entries);
        bool isRecorded = recorded is not null;

        // What all apps share is decided without looking at this one, so that every app gets the same base layers.
        var lower = (request.Startup.SharedBase
            ? candidates.Weigh(StartupOrder.Create(DotnetStartupSet.Shared, baseLayers.Tree, app.WorkingDirectory).Entries, ownPages: false)
            : candidates.Weigh(order.Entries.Where(e => e.Layer < appLayer), isRecorded)).Where(c => baseLayers.CanOrder(c.Entry.Layer)).ToArray();
        if (!request.Startup.SharedBase)
        {
            PrefetchCandidate[] own = [.. candidates.Weigh(order.Entries, isRecorded).Where(c => c.Entry.Layer >= appLayer || baseLayers.CanOrder(c.Entry.Layer))];
            var ownPlan = Decide(own);
            return new StartupPlan(ownPlan.Layers, own, ownPlan, ownPlan) { Profile = Used(), NotFound = NotFound(), Given = isRecorded ? order : null };
        }

        // A line of code may change what an app refers to. That must not change the layers below its own: so .NET, where
        // the app brings it, has the order that all apps share, and packages have none. A recording does not change by itself.
        int runtime = recorded is null ? app.IndexOf(AppPart.Runtime) + appLayer : -1;
        int packages = recorded is null ? app.IndexOf(AppPart.Dependencies) + appLayer : -1;
        PrefetchCandidate[] seldom = [.. lower, .. candidates.Weigh(runtime < appLayer ? [] : StartupOrder.Create(
            StartupProfile.Merge([StaticProfile.OfRuntime(shape), DotnetStartupSet.Shared]), tree, app.WorkingDirectory).Entries.Where(e => e.Layer == runtime), ownPages: false)];
        PrefetchCandidate[] all = [.. seldom, .. candidates.Weigh(order.Entries.Where(e => e.Layer >= appLayer && e.Layer != runtime).OrderBy(e => e.Layer == packages ? e.Name : "", StringComparer.Ordinal), isRecorded)];
        var plan = Decide(all);
        var layersOf = new[] { Decide(lower), Decide(seldom), plan };

        // What this app reads of the base image is read, whatever the others do.
        var reads = candidates.Weigh(order.Entries, isRecorded).Where(file => file.Entry.Layer >= appLayer || baseLayers.CanOrder(file.Entry.Layer));
        return new StartupPlan(
            [.. plan.Layers.Select((_, i) => layersOf[i < appLayer ? 0 : i == runtime ? 1 : 2].Layers[i])], all, plan, plan.For(reads, request.Layers.ChunkSize))
        {
            Profile = Used(),
            NotFound = NotFound(),
            Given = isRecorded ? order : null,
        };

        // What the image has of it. A derived list holds for all versions of a framework, whichever it was derived from.
        StartupProfile Used()
        {
            var lost = order.NotFound.ToHashSet(StringComparer.Ordinal);
            return StartupProfile.Of(
                isRecorded ? profile.Header : profile.Header with { Frameworks = [] }, profile.Lines.Where(line => !lost.Contains(line.ToString())));
        }

        // Of a base image that is kept, the tree has not all: what the app does not have itself may be there.
        ImmutableArray<string> NotFound() => recorded is null ? [] : StartupOrder.Create(
            request.ConvertBase ? recorded : StartupProfile.Of(recorded.Header, recorded.Lines.Where(line => line.IsIn(app.WorkingDirectory))), tree, app.WorkingDirectory).Stale;

        PrefetchPlan Decide(IEnumerable<PrefetchCandidate> files) =>
            PrefetchPlan.Create(files, layers.Length, request.Startup.Link, request.Layers.ChunkSize, request.Startup.HotPieces);
    }

    /// <summary>What was decided, in a few lines for the user.</summary>
    public ImmutableArray<string> Report(AppShape shape, Image image) => [.. Lines(shape, image.Manifest.Layers.Sum(layer => layer.Size))];

    /// <summary>What would make the app start sooner.</summary>
    public IEnumerable<string> Advice(AppShape shape, BaseLayers baseLayers, AppLayers app)
    {
        var image = Describe(baseLayers, app).SelectMany(entries => entries)
            .Where(e => e.Size > 0).Select(e => new FetchedFile(e.Name, CompressedSize.Estimate(e.Name, e.Size)));
        return StartupAdvice.For(shape, _candidates.ToArray(), _plan, image, Given, _start).Select(advice => advice.Message);
    }

    private IEnumerable<string> Lines(AppShape shape, long imageSize)
    {
        double start = StartEstimate.StartSeconds(shape, Profile?.Header.ReadySeconds);
        var seconds = NetworkLink.Typical.Select(link => FormattableString.Invariant(
            $"{_start.SecondsUntilReady(link, start):0.0} s at {link.BitsPerSecond / 1_000_000} Mbit/s"));
        yield return FormattableString.Invariant(
            $"prefetch about {string.Join(" + ", Layers.Select(l => Megabytes(l.Bytes)))} MB of {Megabytes(imageSize)} MB; if nothing else is read, ready in about {string.Join(", ", seconds)}");
        foreach (var file in Layers.SelectMany(layer => layer.Hot))
        {
            yield return $"hot pieces of {file.Name}: {Megabytes(file.Bytes)} of {Megabytes(file.CompressedSize)} MB";
        }

        foreach (var file in _start.LeftOut.Where(file => file.IsWorthTelling))
        {
            yield return file.Message;
        }
    }

    private static IReadOnlyList<TocEntry>[] Describe(BaseLayers baseLayers, AppLayers app) =>
        [.. baseLayers.Entries, .. app.Entries.Select(entries => TocWriter.Describe(entries).Entries)];

    private static string Megabytes(long bytes) => FormattableString.Invariant($"{bytes / 1e6:0.0}");
}
