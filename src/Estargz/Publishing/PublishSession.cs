using Estargz.Images;
using Estargz.Layers;
using Estargz.Transfers;

namespace Estargz.Publishing;

/// <summary>What the steps of one publish share.</summary>
internal sealed class PublishSession : ImageSession
{
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidProperty"/>: a variable of the environment.</exception>
    public PublishSession(PublishRequest request)
        : this(request, new LayerCache(request.CacheFolder))
    {
    }

    private PublishSession(PublishRequest request, LayerCache cache)
        : base(new RegistrySource(request.OpenSource(), request.BaseImage, cache.TemporaryFolder), request.OpenDestination(request.CacheSize > 0 ? request.CacheFolder : null), request.OpenBaseRepository(), cache)
    {
        Request = request;
        Options = request.BaseLayerOptions;
        OciTocAnnotation = request.OciTocAnnotation;
    }

    /// <summary>What was asked for.</summary>
    public PublishRequest Request { get; }

    /// <summary>
    /// Brings the manifest there, last of all, and moves the tags. A part of an index has none: the index gets them when all
    /// its images are complete.
    /// </summary>
    /// <returns>Whether that changed anything.</returns>
    public Task<bool> PushManifestAsync(Content manifest, CancellationToken cancellationToken) => Request.Tags.IsEmpty
        ? Destination.PushManifestAsync(manifest, cancellationToken)
        : Destination.TagAsync(manifest, Request.Tags, cancellationToken);
}
