using System.Collections.Immutable;
using Estargz.Images;
using Estargz.Layers;
using Estargz.Profiles;
using Estargz.Transfers;

namespace Estargz.Publishing;

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
    private Repetition? _repetition;
    private BaseImage? _base;
    private DateTime _asked;
    private LayerBuild? _build;
    private Image? _sdk;
    private PublishedImage? _published;

    /// <summary>
    /// Whether <see cref="PublishAsync"/> needs the SDK's image: not if the cache has it from the last publish that was told
    /// the same, on the same base image. Known when <see cref="BeginAsync"/> has ended.
    /// </summary>
    public bool NeedsSdk => _published is null && _sdk is null;

    /// <summary>
    /// Finds out whether the publish can succeed, before a layer is built: profile, target registry, credentials,
    /// base image.
    /// </summary>
    /// <returns>The base image.</returns>
    /// <exception cref="EstargzException">A code of 2xxx, 3xxx or 4xxx.</exception>
    public async Task<BaseImage> CheckAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        return await AskAsync(_session.Source.GetRootAsync(stop.Token), stop).ConfigureAwait(false);
    }

    /// <summary>
    /// Checks, and goes on to build the layers and to push them, which do not depend on what the SDK makes of the
    /// configuration. No tag moves before <see cref="PublishAsync"/>, which also tells of failures; unless nothing has changed
    /// since the last publish: then this is all of it.
    /// </summary>
    /// <returns>Ends with the check.</returns>
    /// <inheritdoc cref="CheckAsync"/>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        // What the base image is by now decides about everything else, so it is asked for first.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var named = Task.Run(() => _session.Source.GetRootAsync(stop.Token), stop.Token);
        _repetition = new Repetition(_session);
        _published = await _repetition.RunAsync(named, stop).ConfigureAwait(false);
        if (_published is null)
        {
            if (!Directory.Exists(request.PublishFolder))
            {
                throw new EstargzException(
                    DiagnosticCode.FileUnreadable, $"The publish folder '{request.PublishFolder}' is not there. Publish the app with 'dotnet publish', which makes it.");
            }

            var check = AskAsync(named, stop);
            _build = LayerBuild.Start(_session, check, _profile);
            _base = await check.ConfigureAwait(false);
            _sdk = _repetition.SdkImage(_base);
        }
    }

    /// <summary>Waits for the layers, pushes the rest of the image and moves the tags.</summary>
    /// <param name="sdk">The image as the SDK made it over an empty folder; null if it is not needed.</param>
    /// <param name="cancellationToken">Stops within a second; a tag has moved only if its image is complete.</param>
    /// <exception cref="EstargzException">Any code but those of 1xxx.</exception>
    /// <exception cref="InvalidOperationException"><see cref="BeginAsync"/> was not called.</exception>
    public async Task<PublishedImage> PublishAsync(Image? sdk, CancellationToken cancellationToken)
    {
        if (_published is not null)
        {
            return _published;
        }

        sdk ??= _sdk;
        if (_build is not { } build || sdk is null)
        {
            throw new InvalidOperationException("No layers were begun, or nobody has said what the configuration is.");
        }

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
        pushes.Add(image.Config.Content, _session.Destination);

        // While the last blobs are on their way.
        var report = built.Report(image);
        var said = WhatToSay(report, built);
        await pushes.WhenAllAsync().ConfigureAwait(false);
        foreach (var line in said)
        {
            request.Tell(line);
        }

        // Nobody reads a blob of the cache any more.
        var trimmed = Task.Run(() => new CacheFolder(request.CacheFolder).Trim(request.CacheSize));
        try
        {
            bool isNew;
            try
            {
                isNew = await _session.PushManifestAsync(image.Manifest.Content, pushes.Token).ConfigureAwait(false);
            }
            catch (EstargzException e) when (e.Code == DiagnosticCode.NotFound)
            {
                // The registry has lost a blob since it said that it is there, or has mounted it in word only.
                pushes.Repeat();
                pushes.Add(image.Config.Content, _session.Destination);
                await pushes.WhenAllAsync().ConfigureAwait(false);
                isNew = await _session.PushManifestAsync(image.Manifest.Content, pushes.Token).ConfigureAwait(false);
            }

            await new Attachments(_session).PushAsync(image, built.Plan.Profile, built.Layers, report, pushes.Token).ConfigureAwait(false);
            var published = new PublishedImage(request.NameOf(image.Manifest.Content), image, isNew, built.Layers.Sum(l => l.PrefetchSize));
            _repetition!.Keep(_base!, sdk, published, _asked, said, warned: _profile is { Lines.IsEmpty: true } || !built.Plan.NotFound.IsEmpty);
            return published;
        }
        finally
        {
            await trimmed.ConfigureAwait(false);
        }
    }

    private async Task<BaseImage> AskAsync(Task<Content> named, CancellationTokenSource stop)
    {
        List<Task> asked = [named];
        string? what = null;
        try
        {
            _profile = request.Startup is { Enabled: true, Profile: { } path } ? StartupProfile.Load(path, "EstargzStartupProfile") : null;
            Attachments.Check(request);
            what = request.Whence;
            var baseImage = BaseImage.ResolveAsync(_session.Source, request.BaseImage, named, request.Platform, stop.Token);
            asked.Add(baseImage);
            if (_session.Destination is not RegistryDestination)
            {
                // Files are made only for an image that has a base; registries are asked both at once.
                await baseImage.ConfigureAwait(false);
            }

            var destination = _session.Destination.CheckAsync(stop.Token);
            asked.Add(destination);
            var found = await baseImage.ConfigureAwait(false);
            what = request.Whither;
            await destination.ConfigureAwait(false);
            _asked = DateTime.UtcNow;
            return found;
        }
        catch (Exception e)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(asked).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ImageRequest.ThrowExplained(what, e);
            throw;
        }
    }

    /// <summary>Nobody mounts zstd:chunked layers, so there is no start before the download to speak of.</summary>
    private ImmutableArray<string> WhatToSay(ImmutableArray<string> report, BuiltLayers built) =>
        !request.ConvertBase ? built.Unreadable
        : !request.Startup.Enabled || request.Layers.Compressor.IsZstdChunked ? []
        : !request.Startup.Advice ? report
        : [.. report, .. built.Advice().Select(line => "advice: " + line)];

    private Image Assemble(Image sdk, Image baseImage, IReadOnlyList<PreparedLayer> layers) => new ImageAssembly
    {
        Sdk = sdk,
        Base = baseImage,
        BaseLayers = [.. layers.Take(baseImage.Manifest.Layers.Length).Select(l => l.Layer)],
        BaseName = request.BaseName,
        Annotations = request.Annotations,
        AppLayers = [.. layers.Skip(baseImage.Manifest.Layers.Length).Select(l => l.Layer)],
        Created = request.Created,
        TimeLabels = request.TimeLabels,
    }.Assemble();
}
