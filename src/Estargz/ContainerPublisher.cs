using System.Collections.Immutable;
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
    private StartupProfile? _profile;
    private LayerBuild? _build;

    /// <summary>
    /// Finds out whether the publish can succeed, before anything is built: profile, target registry, credentials,
    /// base image.
    /// </summary>
    /// <returns>The base image.</returns>
    /// <exception cref="EstargzException">A code of 2xxx, 3xxx or 4xxx.</exception>
    public async Task<BaseImage> CheckAsync(CancellationToken cancellationToken)
    {
        _profile = request.Startup is { Enabled: true, Profile: { } path } ? StartupProfile.Load(path, "EstargzStartupProfile") : null;
        Attachments.Check(request);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var baseImage = Explain(
            $"Base image '{request.BaseImage}' (ContainerBaseImage)",
            BaseImage.ResolveAsync(_session.Source, request.BaseImage, request.Platform, stop.Token));
        if (_session.Destination is not RegistryDestination)
        {
            // Files are made only for an image that has a base; registries are asked both at once.
            await baseImage.ConfigureAwait(false);
        }

        var destination = Explain(request.Whither, CheckDestinationAsync(stop.Token));
        try
        {
            var found = await baseImage.ConfigureAwait(false);
            await destination.ConfigureAwait(false);
            return found;
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(baseImage, destination).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>
    /// Checks, and goes on to build the layers and to push them, which do not depend on what the SDK makes of the
    /// configuration. No tag moves before <see cref="PublishAsync"/>, which also tells of failures.
    /// </summary>
    /// <returns>Ends with the check.</returns>
    /// <inheritdoc cref="CheckAsync"/>
    public Task BeginAsync(CancellationToken cancellationToken)
    {
        var check = CheckAsync(cancellationToken);
        _build = LayerBuild.Start(_session, check, _profile);
        return check;
    }

    /// <summary>Waits for the layers, pushes the rest of the image and moves the tags.</summary>
    /// <param name="sdk">The image as the SDK made it over an empty folder.</param>
    /// <param name="cancellationToken">Stops within a second; a tag has moved only if its image is complete.</param>
    /// <exception cref="EstargzException">Any code but those of 1xxx.</exception>
    /// <exception cref="InvalidOperationException"><see cref="BeginAsync"/> was not called.</exception>
    public async Task<PublishedImage> PublishAsync(Image sdk, CancellationToken cancellationToken)
    {
        var build = _build ?? throw new InvalidOperationException("No layers were begun.");
        await using var stop = cancellationToken.Register(build.Pushes.Stop).ConfigureAwait(false);
        try
        {
            return await FinishAsync(sdk, build).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A push that failed stopped the rest: that failure is the one to tell.
            await build.Pushes.WhenAllAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops what still runs and ends all connections; what is not complete goes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_build is not null)
        {
            await _build.DisposeAsync().ConfigureAwait(false);
        }

        await _session.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<PublishedImage> FinishAsync(Image sdk, LayerBuild build)
    {
        var pushes = build.Pushes;
        var built = await build.WhenBuiltAsync().ConfigureAwait(false);
        var image = Assemble(sdk, built.BaseImage, built.Layers);
        pushes.Add(image.Config.Content, _session);
        await pushes.WhenAllAsync().ConfigureAwait(false);
        var report = built.Report(image);
        Tell(report, built);
        bool isNew = await TagAsync(image.Manifest.Content, pushes.Token).ConfigureAwait(false);
        await new Attachments(_session).PushAsync(image, built.Plan.Profile, built.Layers, report, pushes.Token).ConfigureAwait(false);
        new CacheFolder(request.CacheFolder).Trim(request.CacheSize);
        return new PublishedImage(request.NameOf(image.Manifest.Content), image, isNew, built.Layers.Sum(l => l.PrefetchSize));
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

    private void Tell(ImmutableArray<string> report, BuiltLayers built)
    {
        // Nobody mounts zstd:chunked layers, so there is no start before the download to speak of.
        if (request.Startup.Enabled && request.ConvertBase && !request.Layers.Compressor.IsZstdChunked)
        {
            foreach (var line in report)
            {
                request.Tell(line);
            }

            foreach (var line in request.Startup.Advice ? built.Advice() : [])
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
    private Task<bool> TagAsync(Content manifest, CancellationToken cancellationToken) => request.Tags.IsEmpty
        ? _session.Destination.PushManifestAsync(manifest, cancellationToken)
        : _session.Destination.TagAsync(manifest, request.Tags, cancellationToken);
}
