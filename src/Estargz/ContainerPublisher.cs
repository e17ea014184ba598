using System.Collections.Immutable;
using Estargz.Images;
using Estargz.Layers;
using Estargz.Profiles;

namespace Estargz;

/// <summary>
/// Publishes an app as an image whose every layer is eStargz. The SDK decides what the image says (configuration,
/// labels, base); this decides what it is made of. The tags move last, after every blob is in the registry.
/// </summary>
/// <param name="request">What to publish. Nothing is sent yet.</param>
/// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidProperty"/>: a variable of the environment.</exception>
public sealed class ContainerPublisher(PublishRequest request) : IDisposable
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
        var baseImage = await Explain(
            $"Base image '{request.BaseImage}' (ContainerBaseImage)",
            BaseImage.ResolveAsync(_session.Source, request.BaseImage, request.Platform, cancellationToken)).ConfigureAwait(false);
        await Explain(
            $"Image '{request.Target}' (ContainerRegistry, ContainerRepository)",
            CheckPushAccessAsync(cancellationToken)).ConfigureAwait(false);
        return baseImage;
    }

    /// <summary>Builds the layers, pushes them and moves the tags.</summary>
    /// <param name="sdk">The image as the SDK made it over an empty folder.</param>
    /// <param name="baseImage">The base image that <see cref="CheckAsync"/> found.</param>
    /// <param name="cancellationToken">Stops within a second; a tag has moved only if its image is complete.</param>
    /// <exception cref="EstargzException">Any code but those of 1xxx.</exception>
    public async Task<PublishedImage> PublishAsync(Image sdk, Image baseImage, CancellationToken cancellationToken)
    {
        using var appBlob = TemporaryFile.Create(_session.Cache.TemporaryFolder);
        using var baseLayers = new BaseLayers();
        await using var pushes = new Pushes(cancellationToken);
        try
        {
            return await RunAsync(sdk, baseImage, baseLayers, appBlob, pushes).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A push that failed stopped the rest: that failure is the one to tell.
            await pushes.WhenAllAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends all connections.</summary>
    public void Dispose() => _session.Dispose();

    private async Task<PublishedImage> RunAsync(Image sdk, Image baseImage, BaseLayers baseLayers, TemporaryFile appBlob, Pushes pushes)
    {
        await baseLayers.OpenAsync(_session, baseImage, pushes.Token).ConfigureAwait(false);
        var app = ListApp(baseLayers.Tree);
        var order = OrderLayers([.. baseLayers.Entries, TreeEntries.Of(app)]);
        for (int i = 0; i < baseLayers.Count; i++)
        {
            pushes.Add(await baseLayers.PrepareAsync(i, order[i], pushes.Token).ConfigureAwait(false));
        }

        pushes.Add(await BuildAppAsync(app, order[^1], appBlob, pushes.Token).ConfigureAwait(false));
        var image = Assemble(sdk, baseImage, pushes.Layers);
        pushes.Add(image.Config.Content, _session);
        await pushes.WhenAllAsync().ConfigureAwait(false);
        await MoveTagsAsync(image.Manifest.Content, pushes.Token).ConfigureAwait(false);
        return new PublishedImage(
            request.Target with { Tag = request.Tags[0], Digest = image.Manifest.Content.Digest }, image, pushes.Layers.Sum(l => l.PrefetchSize));
    }

    private async Task<bool> CheckPushAccessAsync(CancellationToken cancellationToken)
    {
        await _session.Target.CheckPushAccessAsync(request.Target.Repository, cancellationToken).ConfigureAwait(false);
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

    private IReadOnlyList<Entry> ListApp(ImageTree baseTree)
    {
        // Through a link of the base, as from /bin to /usr/bin: a folder in the link's place would hide what it leads to.
        var workingDirectory = baseTree.RealPath(request.WorkingDirectory);
        return AppLayer.Create(
            PublishFolder.List(request.PublishFolder, workingDirectory),
            workingDirectory,
            request.UserId,
            request.Created?.ToUnixTimeSeconds() ?? AppLayer.DefaultModifiedSeconds,
            path => baseTree.Find(path) is { IsDirectory: true } folder ? folder.Entry : null);
    }

    private StartupProfile? LoadProfile() =>
        request.StartupProfile is { } path ? StartupProfile.Load(path, "EstargzStartupProfile") : null;

    /// <summary>The names that go first: for each layer, the app's last.</summary>
    private ImmutableArray<ImmutableArray<string>> OrderLayers(IReadOnlyList<IEnumerable<TreeEntry>> layers)
    {
        if (LoadProfile() is not { } profile)
        {
            return [.. layers.Select(_ => ImmutableArray<string>.Empty)];
        }

        var order = StartupOrder.Create(profile, ImageTree.Build(layers));
        if (profile.Paths.IsEmpty)
        {
            request.Warn(DiagnosticCode.ProfileEmpty, $"The start-up profile '{request.StartupProfile}' names no path, so nothing is fetched ahead.");
        }
        else if (order.NotFound.Length > 0)
        {
            request.Warn(
                DiagnosticCode.ProfilePathsNotFound,
                $"{order.NotFound.Length} of {profile.Paths.Length} paths of the start-up profile '{request.StartupProfile}' are not in the image: "
                + string.Join(", ", order.NotFound.Take(5)) + (order.NotFound.Length > 5 ? ", ..." : "") + ". Remove them, or correct them.");
        }

        return order.Layers;
    }

    private async Task<PreparedLayer> BuildAppAsync(
        IReadOnlyList<Entry> entries, IReadOnlyList<string> first, TemporaryFile blob, CancellationToken cancellationToken)
    {
        var layer = await LayerWriter.WriteAsync(LayerOrder.Arrange(entries, first), request.Layers, blob.Stream, cancellationToken).ConfigureAwait(false);
        var result = layer.ToImageLayer(request.OciTocAnnotation) with { CreatedBy = "Estargz.MSBuild" };
        return new PreparedLayer(result, layer.PrefetchSize, token =>
            _session.Target.PushBlobAsync(request.Target.Repository, result.Descriptor, blob.OpenRead, null, token));
    }

    private Image Assemble(Image sdk, Image baseImage, IReadOnlyList<PreparedLayer> layers) => new ImageAssembly
    {
        Sdk = sdk,
        Base = baseImage,
        BaseLayers = [.. layers.SkipLast(1).Select(l => l.Layer)],
        AppLayers = [layers[^1].Layer],
        Created = request.Created,
    }.Assemble();

    private async Task MoveTagsAsync(Content manifest, CancellationToken cancellationToken)
    {
        foreach (var tag in request.Tags)
        {
            await _session.Target.PushManifestAsync(request.Target.Repository, tag, manifest, cancellationToken).ConfigureAwait(false);
        }
    }
}
