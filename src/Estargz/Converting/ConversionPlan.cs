using System.Collections.Immutable;
using Estargz.Images;
using Estargz.Layers;
using Estargz.Profiles;
using Estargz.Transfers;

namespace Estargz.Converting;

/// <summary>The order of every layer of an image that is converted.</summary>
/// <param name="Layers">The order of each, the lowest first.</param>
/// <param name="LeftOut">What the image is known to read at start-up and does not have first.</param>
/// <param name="NotFound">What of the profile the image should have and has not.</param>
internal sealed record ConversionPlan(ImmutableArray<LayerPrefetch> Layers, ImmutableArray<LeftOutFile> LeftOut, ImmutableArray<string> NotFound)
{
    /// <summary>
    /// Decides. A profile orders all layers. Without one, layers that have files of a .NET app are ordered by what those
    /// tell, and the others as for every .NET app, so that they are the same blobs in all images on one base image, those
    /// of publishes included.
    /// </summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="config">The image's configuration.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="app">The app in it, or null.</param>
    public static ConversionPlan Create(ConversionRequest request, ImageConfig config, BaseLayers layers, ImageApp? app)
    {
        var workingDirectory = config.WorkingDirectory ?? "/";
        var files = new PrefetchCandidates(layers.Entries, layers.IcuPages);
        if (!request.Orders)
        {
            return Of(Decide([]));
        }

        if (request.Profile is { } profile)
        {
            var plan = Of(Decide(Weigh(Order(StartupProfile.Merge([profile, DotnetStartupSet.Container]), workingDirectory))));
            return plan with { NotFound = StartupOrder.Create(profile, layers.Tree, workingDirectory).Stale };
        }

        if (app is null)
        {
            bool hasDotnet = TokenFolders.Of(layers.Tree, workingDirectory).Dotnet is not null;
            return Of(Decide(Weigh(Order(hasDotnet ? DotnetStartupSet.Shared : DotnetStartupSet.AnyProgram, workingDirectory))));
        }

        // As a publish sees the base image: without the app, which may bring a .NET of its own.
        var baseTree = ImageTree.Build(layers.Entries.Select((entries, i) => app.Layers.Contains(i) ? [] : TreeEntries.Of(entries)));
        PrefetchCandidate[] shared = [.. Weigh(StartupOrder.Create(DotnetStartupSet.Shared, baseTree, app.Folder).Entries.Where(entry => layers.CanOrder(entry.Layer)))];
        var own = Order(app.Profile, app.Folder).ToArray();
        var below = Decide(shared);
        var all = Decide([.. shared, .. Weigh(own.Where(entry => app.Layers.Contains(entry.Layer)))]);
        return new ConversionPlan(
            [.. all.Layers.Select((layer, i) => app.Layers.Contains(i) ? layer : below.Layers[i])],
            all.For(Weigh(own), request.Layers.ChunkSize).LeftOut,
            []);

        static ConversionPlan Of(PrefetchPlan plan) => new(plan.Layers, plan.LeftOut, []);

        IEnumerable<StartupEntry> Order(StartupProfile profile, string folder) =>
            StartupOrder.Create(profile, layers.Tree, folder).Entries.Where(entry => layers.CanOrder(entry.Layer));

        IEnumerable<PrefetchCandidate> Weigh(IEnumerable<StartupEntry> entries) => files.Weigh(entries, ownPages: request.Profile is not null);

        PrefetchPlan Decide(IEnumerable<PrefetchCandidate> candidates) =>
            PrefetchPlan.Create(candidates, layers.Count, request.Link, request.Layers.ChunkSize, request.HotPieces);
    }
}
