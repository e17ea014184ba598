using Estargz.Layers;
using Estargz.Profiles;

namespace Estargz;

/// <summary>The blobs of the app's layers, in temporary files until they are pushed.</summary>
internal sealed class AppBlobs(PublishSession session) : IDisposable
{
    private readonly List<TemporaryFile> _files = [];

    /// <summary>Builds a layer, ready to be pushed.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>, <see cref="DiagnosticCode.CacheUnusable"/>.</exception>
    public async Task<PreparedLayer> BuildAsync(AppLayers.Part part, LayerPrefetch order, CancellationToken cancellationToken)
    {
        var request = session.Request;
        var blob = TemporaryFile.Create(session.Cache.TemporaryFolder);
        _files.Add(blob);
        var layer = await LayerWriter.WriteAsync(LayerOrder.Arrange(part.Entries, order), request.Layers, blob.Stream, cancellationToken).ConfigureAwait(false);
        var result = layer.ToImageLayer(request.OciTocAnnotation) with { CreatedBy = $"Estargz.MSBuild: {part.Name}" };
        return new PreparedLayer(result, layer.PrefetchSize, token =>
            session.Destination.PushBlobAsync(result.Descriptor, blob.OpenRead, null, token));
    }

    /// <summary>Deletes them.</summary>
    public void Dispose() => _files.ForEach(file => file.Dispose());
}
