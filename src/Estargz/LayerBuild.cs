using Estargz.Images;
using Estargz.Profiles;

namespace Estargz;

/// <summary>
/// The layers of one image on their way: those of the base image are opened, the app's start is planned over all of them,
/// then all are built side by side, and each is pushed as soon as it is complete. None of it depends on the image's
/// configuration.
/// </summary>
internal sealed class LayerBuild : IAsyncDisposable
{
    private readonly PublishSession _session;
    private readonly AppBlobs _appBlobs;
    private readonly BaseLayers _baseLayers = new();
    private readonly Task<BuiltLayers> _built;

    private LayerBuild(PublishSession session, Image baseImage, StartupProfile? profile)
    {
        (_session, BaseImage, _appBlobs, Pushes) = (session, baseImage, new AppBlobs(session), new Pushes(session.Destination.InOrder));
        _built = Task.Run(() => BuildAsync(profile));
    }

    /// <summary>The base image.</summary>
    public Image BaseImage { get; }

    /// <summary>What is on its way to where the image goes.</summary>
    public Pushes Pushes { get; }

    /// <summary>Begins. Failures come out of <see cref="WhenBuiltAsync"/>.</summary>
    /// <param name="session">What the steps of the publish share.</param>
    /// <param name="baseImage">The base image.</param>
    /// <param name="profile">The app's start-up profile, or null.</param>
    public static LayerBuild Start(PublishSession session, Image baseImage, StartupProfile? profile) => new(session, baseImage, profile);

    /// <summary>Waits until all layers are built, not until they are pushed.</summary>
    public Task<BuiltLayers> WhenBuiltAsync() => _built;

    /// <summary>Stops what still runs, waits for its end and deletes what was unpacked.</summary>
    public async ValueTask DisposeAsync()
    {
        Pushes.Stop();
        await ((Task)_built).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Pushes.DisposeAsync().ConfigureAwait(false);
        _appBlobs.Dispose();
        _baseLayers.Dispose();
    }

    private async Task<BuiltLayers> BuildAsync(StartupProfile? profile)
    {
        var request = _session.Request;
        await _baseLayers.OpenAsync(_session, BaseImage, Pushes.Token).ConfigureAwait(false);
        var app = AppLayers.List(request, _baseLayers.Tree);
        var shape = AppShape.Read(request.PublishFolder, request.Startup.Assembly, request.Startup.RuntimeIdentifier, request.Startup.InvariantGlobalization);
        var plan = PlanStart(profile, shape, app);
        for (int i = 0; i < _baseLayers.Count; i++)
        {
            int index = i;
            Pushes.Add(token => _baseLayers.PrepareAsync(index, plan.Layers[index], token));
        }

        foreach (var (part, order) in app.Layers.Zip(plan.Layers.Skip(_baseLayers.Count)))
        {
            Pushes.Add(token => _appBlobs.BuildAsync(part, order, token));
        }

        return new BuiltLayers(shape, _baseLayers, app, plan, await Pushes.PreparedAsync().ConfigureAwait(false));
    }

    private StartupPlan PlanStart(StartupProfile? profile, AppShape shape, AppLayers app)
    {
        var request = _session.Request;
        if (!request.Startup.Enabled)
        {
            return StartupPlan.None(_baseLayers.Count + app.Layers.Length);
        }

        var plan = StartupPlan.Create(request, profile, shape, _baseLayers, app);
        if (profile is { Lines.IsEmpty: true })
        {
            request.Warn(DiagnosticCode.ProfileEmpty, $"The start-up profile '{request.Startup.Profile}' names no path, so nothing of the app is fetched ahead.");
        }
        else if (plan.NotFound.Length > 0)
        {
            request.Warn(
                DiagnosticCode.ProfilePathsNotFound,
                $"{plan.NotFound.Length} of {profile!.Lines.Length} paths of the start-up profile '{request.Startup.Profile}' are not in the image: "
                + string.Join(", ", plan.NotFound.Take(5)) + (plan.NotFound.Length > 5 ? ", ..." : "") + ". Remove them, or correct them.");
        }

        return plan;
    }
}
