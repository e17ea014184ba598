using System.Collections.Immutable;
using Estargz.Layers;
using Estargz.Profiles;

namespace Estargz;

/// <summary>
/// The order of every layer: what is read at start-up, found in the merged image, and which of it goes into the prefetch
/// zones. Base layers have the order that all .NET apps share, unless they are to have this app's.
/// </summary>
internal sealed class StartupPlan
{
    private readonly IReadOnlyList<PrefetchCandidate> _candidates;
    private readonly PrefetchPlan _plan;

    private StartupPlan(ImmutableArray<LayerPrefetch> layers, IReadOnlyList<PrefetchCandidate> candidates, PrefetchPlan plan) =>
        (Layers, _candidates, _plan) = (layers, candidates, plan);

    /// <summary>The order of each layer, the app's last.</summary>
    public ImmutableArray<LayerPrefetch> Layers { get; }

    /// <summary>What of the app's profile the image should have and has not.</summary>
    public ImmutableArray<string> NotFound { get; private init; } = [];

    /// <summary>Every layer as it is.</summary>
    public static StartupPlan None(int layers) => new(
        [.. Enumerable.Repeat(LayerPrefetch.None, layers)], [], PrefetchPlan.Create([], layers, NetworkLink.Default, LayerOptions.DefaultChunkSize));

    /// <summary>Decides.</summary>
    /// <param name="request">What is published.</param>
    /// <param name="recorded">The app's profile; null where there is none.</param>
    /// <param name="shape">What the publish folder shows of the app.</param>
    /// <param name="baseLayers">The layers of the base image.</param>
    /// <param name="app">The entries of the app's layer.</param>
    /// <param name="workingDirectory">The image's working directory.</param>
    public static StartupPlan Create(
        PublishRequest request, StartupProfile? recorded, AppShape shape, BaseLayers baseLayers, IReadOnlyList<Entry> app, string workingDirectory)
    {
        var layers = baseLayers.Entries.Append(TocWriter.Describe(app).Entries).ToArray();
        int appLayer = layers.Length - 1;
        var profile = recorded ?? StartupProfile.Merge(
            [StaticProfile.Create(request.PublishFolder, shape, request.Startup.RuntimeIdentifier), DotnetStartupSet.For(shape)]);
        var order = StartupOrder.Create(profile, ImageTree.Build(layers.Select(TreeEntries.Of)), workingDirectory);
        var sizes = layers.Select(entries => entries.Where(e => !e.IsChunk).ToLookup(e => e.Name, e => e.Size)).ToArray();

        // What all apps share is decided without looking at this one, so that every app gets the same base layers.
        var lower = Weigh(request.Startup.SharedBase
            ? StartupOrder.Create(DotnetStartupSet.All, baseLayers.Tree, workingDirectory).Entries
            : order.Entries.Where(e => e.Layer < appLayer)).Where(c => baseLayers.CanOrder(c.Entry.Layer)).ToArray();
        PrefetchCandidate[] all = request.Startup.SharedBase
            ? [.. lower, .. Weigh(order.Entries.Where(e => e.Layer == appLayer))]
            : [.. Weigh(order.Entries).Where(c => c.Entry.Layer == appLayer || baseLayers.CanOrder(c.Entry.Layer))];
        var plan = Decide(all);
        var basePlan = request.Startup.SharedBase ? Decide(lower) : plan;
        return new StartupPlan([.. basePlan.Layers.Take(appLayer), plan.Layers[appLayer]], all, plan)
        {
            NotFound = recorded is null ? [] : order.Stale,
        };

        PrefetchPlan Decide(IEnumerable<PrefetchCandidate> files) =>
            PrefetchPlan.Create(files, layers.Length, request.Startup.Link, request.Layers.ChunkSize);

        IEnumerable<PrefetchCandidate> Weigh(IEnumerable<StartupEntry> entries) =>
            from entry in entries
            let size = sizes[entry.Layer][entry.Name].LastOrDefault()
            select new PrefetchCandidate(entry, size, CompressedSize.Estimate(entry.Name, size));
    }

    /// <summary>What was decided, in a few lines for the user.</summary>
    public IEnumerable<string> Report(AppShape shape, long imageSize)
    {
        var start = shape.Kind == AppKind.NativeAot ? AppStart.NativeAot
            : shape.Kind == AppKind.SelfContained && !shape.ReadyToRun ? AppStart.JustInTime
            : AppStart.ReadyToRun;
        var seconds = NetworkLink.Typical.Select(link => FormattableString.Invariant(
            $"{_plan.SecondsUntilReady(link, start):0.0} s at {link.BitsPerSecond / 1_000_000} Mbit/s"));
        yield return FormattableString.Invariant(
            $"prefetch about {string.Join(" + ", Layers.Select(l => Megabytes(l.Bytes)))} MB of {Megabytes(imageSize)} MB; if nothing else is read, ready in about {string.Join(", ", seconds)}");
        foreach (var file in _plan.LeftOut.Where(f => f.CompressedSize >= 100_000))
        {
            yield return FormattableString.Invariant(
                $"left out of prefetch: {file.Entry.Name} ({Megabytes(file.CompressedSize)} MB), {(file.Reason == LeftOutReason.SparselyRead ? "of which little is read" : "because the link does not move more in 10 s")}");
        }
    }

    /// <summary>What would make the app start sooner.</summary>
    public IEnumerable<string> Advice(AppShape shape, BaseLayers baseLayers, IReadOnlyList<Entry> app)
    {
        var image = baseLayers.Entries.Append(TocWriter.Describe(app).Entries).SelectMany(entries => entries)
            .Where(e => e.Size > 0).Select(e => (e.Name, CompressedSize.Estimate(e.Name, e.Size)));
        return StartupAdvice.For(shape, _candidates.ToArray(), _plan, image, null).Select(advice => advice.Message);
    }

    private static string Megabytes(long bytes) => FormattableString.Invariant($"{bytes / 1e6:0.0}");
}
