using Estargz.Images;
using Estargz.Layers;
using Estargz.Profiles;

namespace Estargz;

/// <summary>
/// Publishes an app as an image whose every layer is eStargz. The SDK decides what the image says (configuration,
/// labels, base); this decides what it is made of. The tags move last, after every blob is where the image goes.
/// </summary>
/// <param name="request">What to publish. Nothing is sent yet.</param>
/// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidProperty"/>: a variable of the environment.</exception>
public sealed class ContainerPublisher(PublishRequest request) : IAsyncDisposable
{
    private readonly PublishSession _session = new(request);

    /// <summary>
    /// Finds out whether the publish can succeed, before anything is built: profile, target registry, credentials,
    /// base image.
    /// </summary>
    /// <returns>The base image, for <see cref="PublishAsync"/>.</returns>
    /// <exception cref="EstargzException">A code of 2xxx, 3xxx or 4xxx.</exception>
    public async Task<BaseImage> CheckAsync(CancellationToken cancellationToken)
    {
        LoadProfile();
        Attachments.Check(request);
        var baseImage = await Explain(
            $"Base image '{request.BaseImage}' (ContainerBaseImage)",
            BaseImage.ResolveAsync(_session.Source, request.BaseImage, request.Platform, cancellationToken)).ConfigureAwait(false);
        await Explain(
            request.Whither,
            CheckDestinationAsync(cancellationToken)).ConfigureAwait(false);
        return baseImage;
    }

    /// <summary>Builds the layers, pushes them and moves the tags.</summary>
    /// <param name="sdk">The image as the SDK made it over an empty folder.</param>
    /// <param name="baseImage">The base image that <see cref="CheckAsync"/> found.</param>
    /// <param name="cancellationToken">Stops within a second; a tag has moved only if its image is complete.</param>
    /// <exception cref="EstargzException">Any code but those of 1xxx.</exception>
    public async Task<PublishedImage> PublishAsync(Image sdk, Image baseImage, CancellationToken cancellationToken)
    {
        using var appBlobs = new AppBlobs(_session);
        using var baseLayers = new BaseLayers();
        await using var pushes = new Pushes(_session.Destination.InOrder, cancellationToken);
        try
        {
            return await RunAsync(sdk, baseImage, baseLayers, appBlobs, pushes).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A push that failed stopped the rest: that failure is the one to tell.
            await pushes.WhenAllAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends all connections; what is not complete goes.</summary>
    public ValueTask DisposeAsync() => _session.DisposeAsync();

    private async Task<PublishedImage> RunAsync(Image sdk, Image baseImage, BaseLayers baseLayers, AppBlobs appBlobs, Pushes pushes)
    {
        await baseLayers.OpenAsync(_session, baseImage, pushes.Token).ConfigureAwait(false);
        var app = AppLayers.List(request, baseLayers.Tree);
        var shape = AppShape.Read(request.PublishFolder, request.Startup.Assembly, request.Startup.RuntimeIdentifier, request.Startup.InvariantGlobalization);
        var plan = PlanStart(shape, baseLayers, app);
        for (int i = 0; i < baseLayers.Count; i++)
        {
            int index = i;
            pushes.Add(token => baseLayers.PrepareAsync(index, plan.Layers[index], token));
        }

        foreach (var (part, order) in app.Layers.Zip(plan.Layers.Skip(baseLayers.Count)))
        {
            pushes.Add(token => appBlobs.BuildAsync(part, order, token));
        }

        var layers = await pushes.PreparedAsync().ConfigureAwait(false);
        var image = Assemble(sdk, baseImage, layers);
        pushes.Add(image.Config.Content, _session);
        await pushes.WhenAllAsync().ConfigureAwait(false);
        var report = plan.Report(shape, image);
        Report(report, plan, shape, baseLayers, app);
        bool isNew = await FinishAsync(image.Manifest.Content, pushes.Token).ConfigureAwait(false);
        await new Attachments(_session).PushAsync(image, plan.Profile, layers, report, pushes.Token).ConfigureAwait(false);
        new CacheFolder(request.CacheFolder).Trim(request.CacheSize);
        return new PublishedImage(request.NameOf(image.Manifest.Content), image, isNew, layers.Sum(l => l.PrefetchSize));
    }

    private async Task<bool> CheckDestinationAsync(CancellationToken cancellationToken)
    {
        await _session.Destination.CheckAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>A registry knows requests; a user knows properties of a project.</summary>
    private static async Task<T> Explain<T>(string what, Task<T> task)
    {
        try
        {
            return await task.ConfigureAwait(false);
        }
        catch (EstargzException e)
        {
            throw new EstargzException(e.Code, $"{what}: {e.Message}", e);
        }
    }

    private StartupProfile? LoadProfile() =>
        request.Startup is { Enabled: true, Profile: { } path } ? StartupProfile.Load(path, "EstargzStartupProfile") : null;

    private StartupPlan PlanStart(AppShape shape, BaseLayers baseLayers, AppLayers app)
    {
        if (!request.Startup.Enabled)
        {
            return StartupPlan.None(baseLayers.Count + app.Layers.Length);
        }

        var profile = LoadProfile();
        var plan = StartupPlan.Create(request, profile, shape, baseLayers, app);
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

    private void Report(IEnumerable<string> report, StartupPlan plan, AppShape shape, BaseLayers baseLayers, AppLayers app)
    {
        // Nobody mounts zstd:chunked layers, so there is no start before the download to speak of.
        if (request.Startup.Enabled && request.ConvertBase && !request.Layers.Compressor.IsZstdChunked)
        {
            foreach (var line in report)
            {
                request.Tell(line);
            }

            foreach (var line in request.Startup.Advice ? plan.Advice(shape, baseLayers, app) : [])
            {
                request.Tell("advice: " + line);
            }
        }
    }

    private Image Assemble(Image sdk, Image baseImage, IReadOnlyList<PreparedLayer> layers) => new ImageAssembly
    {
        Sdk = sdk,
        Base = baseImage,
        BaseLayers = [.. layers.Take(baseImage.Manifest.Layers.Length).Select(l => l.Layer)],
        BaseName = request.BaseName,
        Annotations = request.Annotations,
        AppLayers = [.. layers.Skip(baseImage.Manifest.Layers.Length).Select(l => l.Layer)],
        Created = request.Created,
    }.Assemble();

    /// <summary>A part of an index has no tags: the index gets them when all its images are complete.</summary>
    private Task<bool> FinishAsync(Content manifest, CancellationToken cancellationToken) => request.Tags.IsEmpty
        ? _session.Destination.PushManifestAsync(manifest, cancellationToken)
        : _session.Destination.TagAsync(manifest, request.Tags, cancellationToken);
}
