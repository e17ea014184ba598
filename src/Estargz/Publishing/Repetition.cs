using System.Collections.Immutable;
using Estargz.Images;
using Estargz.Transfers;

namespace Estargz.Publishing;

/// <summary>
/// A publish as the repetition of the last one that was told the same. If neither a file nor the base image has changed since,
/// it is the same image, with the time at which it was made; there is nothing to build, and only registries are asked. If the
/// app has changed, the SDK's part is still the same.
/// </summary>
/// <param name="session">What the steps of the publish share.</param>
internal sealed class Repetition(PublishSession session)
{
    private readonly LastPublish? _last = session.Request.Inputs is null ? null : LastPublish.Find(session.Request);

    /// <summary>What the files were before any was read.</summary>
    private PublishStamp? _first;

    /// <summary>
    /// Only a registry says whether it has the image, and artifacts of an image are attached anew with each publish.
    /// </summary>
    private bool CanRepeat => session.Destination is RegistryDestination && !session.Request.PushProfile && session.Request.Sbom is null;

    /// <summary>Publishes the last image again: finds out whether all of it is there, and moves the tags.</summary>
    /// <param name="named">What the base image's reference names.</param>
    /// <param name="stop">Stops everything.</param>
    /// <returns>Null if it has to be built.</returns>
    /// <exception cref="EstargzException">A code of 4xxx.</exception>
    public async Task<PublishedImage?> RunAsync(Task<Content> named, CancellationTokenSource stop)
    {
        var request = session.Request;
        _first = request.Inputs is not null && CanRepeat ? PublishStamp.Of(request) : null;
        if (_last?.Files is not { } files || _first?.Digest != files)
        {
            return null;
        }

        var image = _last.Image;
        var isThere = IsThereAsync(image, stop.Token);
        string? what = request.Whence;
        try
        {
            var baseImage = await named.ConfigureAwait(false);
            what = request.Whither;
            if (!await isThere.ConfigureAwait(false) || baseImage.Digest != _last.Base)
            {
                return null;
            }

            what = null;
            bool isNew = await session.PushManifestAsync(image.Manifest.Content, stop.Token).ConfigureAwait(false);
            foreach (var line in _last.Said)
            {
                request.Tell(line);
            }

            LastPublish.Touch(request);
            return new PublishedImage(request.NameOf(image.Manifest.Content), image, isNew, _last.PrefetchSize);
        }
        catch (Exception e)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(named, isThere).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ImageRequest.ThrowExplained(what, e);
            throw;
        }
    }

    /// <summary>What the SDK makes of this base image, made now; null if only the SDK can tell.</summary>
    public Image? SdkImage(BaseImage baseImage)
    {
        if (_last is null || _last.BaseManifest != baseImage.Image.Manifest.Content.Digest)
        {
            return null;
        }

        var sdk = _last.Sdk;
        return Image.Create(sdk.Manifest, sdk.Config.WithCreated(DateTimeOffset.UtcNow, session.Request.TimeLabels), "the last publish");
    }

    /// <summary>Keeps what the next publish can repeat.</summary>
    /// <param name="baseImage">The base image.</param>
    /// <param name="sdk">The image as the SDK made it.</param>
    /// <param name="published">The image that was published.</param>
    /// <param name="begun">When the first file that went into the image was read, or before.</param>
    /// <param name="said">What the user was told of it.</param>
    /// <param name="warned">Whether the user was warned, too: that must not happen once only.</param>
    public void Keep(BaseImage baseImage, Image sdk, PublishedImage published, DateTime begun, ImmutableArray<string> said, bool warned)
    {
        // The SDK may warn of a base image's entrypoint that the app's replaces.
        if (session.Request.Inputs is not null && session.Request.CacheSize > 0 && baseImage.Image.Config.Entrypoint.IsEmpty)
        {
            var files = _first is { } first && !warned && first.IsSettledAt(begun) && PublishStamp.Of(session.Request) == first ? first.Digest : (Digest?)null;
            LastPublish.Keep(session.Request, baseImage, sdk, files, published, said);
        }
    }

    private async Task<bool> IsThereAsync(Image image, CancellationToken cancellationToken)
    {
        var blobs = await Task.WhenAll(image.Manifest.Layers.Append(image.Manifest.Config)
            .Select(blob => session.Destination.HasBlobAsync(blob, cancellationToken))).ConfigureAwait(false);
        return blobs.All(found => found);
    }
}
