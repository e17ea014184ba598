using System.Collections.Concurrent;
using Estargz.Layers;
using Estargz.Profiles;

namespace Estargz;

/// <summary>The blobs of the app's layers. The cache keeps them, for the files that the next publish has, too.</summary>
internal sealed class AppBlobs(PublishSession session) : IDisposable
{
    private readonly MemberCache _members = new(session.Request.CacheFolder);
    private readonly ConcurrentBag<CachedBlob> _blobs = [];

    /// <summary>Builds a layer, ready to be pushed.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>, <see cref="DiagnosticCode.CacheUnusable"/>.</exception>
    public async Task<PreparedLayer> BuildAsync(AppLayers.Part part, LayerPrefetch order, CancellationToken cancellationToken)
    {
        var request = session.Request;
        var blob = _members.Create();
        _blobs.Add(blob);
        var layer = await LayerWriter.WriteAsync(LayerOrder.Arrange(part.Entries, order), request.Layers, blob, cancellationToken).ConfigureAwait(false);
        blob.Complete(layer.Digest);
        var result = layer.ToImageLayer(request.OciTocAnnotation) with { CreatedBy = $"Estargz.MSBuild: {part.Name}" };
        return new PreparedLayer(result, layer.PrefetchSize, token =>
            session.Destination.PushBlobAsync(result.Descriptor, blob.OpenRead, null, token));
    }

    /// <summary>Closes them.</summary>
    public void Dispose()
    {
        foreach (var blob in _blobs)
        {
            blob.Dispose();
        }

        _members.Dispose();
    }
}
