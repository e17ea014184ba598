using Estargz.Profiles;
using Estargz.Transfers;

namespace Estargz.Publishing;

/// <summary>
/// The layers of one image on their way: the app is looked at while the base image is asked for, the layers of that are
/// opened, the app's start is planned over all layers; then all are built side by side, and each is pushed as soon as it is
/// complete. None of it depends on the image's configuration.
/// </summary>
internal sealed class LayerBuild : IAsyncDisposable
{
    private readonly PublishSession _session;
    private readonly AppBlobs _appBlobs;
    private readonly BaseLayers _baseLayers = new();
    private readonly Task<BuiltLayers> _built;

    private LayerBuild(PublishSession session, Task<BaseImage> baseImage, StartupProfile? profile)
    {
        (_session, _appBlobs, Pushes) = (session, new AppBlobs(session), new Pushes(session.Destination.InOrder));
        _built = Task.Run(() => BuildAsync(baseImage, profile));
    }

    /// <summary>What is on its way to where the image goes.</summary>
    public Pushes Pushes { get; }

    /// <summary>Begins. Failures come out of <see cref="WhenBuiltAsync"/>.</summary>
    /// <param name="session">What the steps of the publish share.</param>
    /// <param name="baseImage">The base image, as soon as it is certain that the publish can succeed.</param>
    /// <param name="profile">The app's start-up profile, or null.</param>
    public static LayerBuild Start(PublishSession session, Task<BaseImage> baseImage, StartupProfile? profile) => new(session, baseImage, profile);

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

    private async Task<BuiltLayers> BuildAsync(Task<BaseImage> baseImage, StartupProfile? profile)
    {
        var request = _session.Request;
        var shape = AppShape.Read(request.PublishFolder, request.Startup.Assembly, request.Startup.RuntimeIdentifier, request.Startup.InvariantGlobalization);
        var derived = profile is null && request.Startup.Enabled ? StaticProfile.Create(request.PublishFolder, shape, request.Startup.RuntimeIdentifier) : null;
        var image = (await baseImage.ConfigureAwait(false)).Image;
        if (request.ConvertBase || request.NeedsFolders)
        {
            await _baseLayers.OpenAsync(_session, image, request.ConvertBase, Pushes.Token).ConfigureAwait(false);
        }
        else
        {
            // To look into them is a download.
            _baseLayers.Keep(_session, image);
        }

        var app = AppLayers.List(request, _baseLayers.Tree, _baseLayers.IsKnown);
        var plan = PlanStart(profile, derived, shape, app);
        for (int i = 0; i < _baseLayers.Count; i++)
        {
            int index = i;
            Pushes.Add(token => _baseLayers.PrepareAsync(index, plan.Layers[index], token));
        }

        foreach (var (part, order) in app.Layers.Zip(plan.Layers.Skip(_baseLayers.Count)))
        {
            Pushes.Add(token => _appBlobs.BuildAsync(part, order, token));
        }

        return new BuiltLayers(image, shape, _baseLayers, app, plan, await Pushes.PreparedAsync().ConfigureAwait(false));
    }

    private StartupPlan PlanStart(StartupProfile? profile, StartupProfile? derived, AppShape shape, AppLayers app)
    {
        var request = _session.Request;
        if (!request.Startup.Enabled)
        {
            return StartupPlan.None(_baseLayers.Count + app.Layers.Length);
        }

        var plan = StartupPlan.Create(request, profile, derived, shape, _baseLayers, app);
        if (profile is { Lines.IsEmpty: true })
        {
            request.Warn(DiagnosticCode.ProfileEmpty, $"The start-up profile '{request.Startup.Profile}' names no path, so nothing of the app is fetched ahead.");
        }
        else if (plan.NotFound.Length > 0)
        {
            request.Warn(
                DiagnosticCode.ProfilePathsNotFound,
                ProfileFailure.NotFound($"the start-up profile '{request.Startup.Profile}'", profile!.Lines.Length, plan.NotFound, "the image"));
        }

        return plan;
    }
}
