using Estargz.Images;
using Estargz.Layers;
using Estargz.Registries;

namespace Estargz;

/// <summary>What the steps of one publish share.</summary>
internal sealed class PublishSession : IAsyncDisposable
{
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidProperty"/>: a variable of the environment.</exception>
    public PublishSession(PublishRequest request)
    {
        Request = request;
        Cache = new LayerCache(request.CacheFolder);
        Source = request.OpenSource();
        Destination = request.OpenDestination();
        Shared = request.OpenBaseRepository();
    }

    /// <summary>What was asked for.</summary>
    public PublishRequest Request { get; }

    /// <summary>Where the base image is.</summary>
    public Registry Source { get; }

    /// <summary>Where the image goes.</summary>
    public IDestination Destination { get; }

    /// <summary>Where machines leave converted base layers for each other, or null.</summary>
    public BaseRepository? Shared { get; }

    /// <summary>Converted layers of earlier publishes.</summary>
    public LayerCache Cache { get; }

    /// <summary>
    /// Brings the manifest there, last of all, and moves the tags. A part of an index has none: the index gets them when all
    /// its images are complete.
    /// </summary>
    /// <returns>Whether that changed anything.</returns>
    public Task<bool> PushManifestAsync(Content manifest, CancellationToken cancellationToken) => Request.Tags.IsEmpty
        ? Destination.PushManifestAsync(manifest, cancellationToken)
        : Destination.TagAsync(manifest, Request.Tags, cancellationToken);

    /// <summary>Ends all connections; what is not complete goes.</summary>
    public async ValueTask DisposeAsync()
    {
        Source.Dispose();
        Shared?.Dispose();
        await Destination.DisposeAsync().ConfigureAwait(false);
    }
}
