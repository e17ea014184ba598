using System.Collections.Concurrent;
using Estargz.Layers;
using Estargz.Profiles;
using Estargz.Transfers;

namespace Estargz.Publishing;

/// <summary>
/// The blobs of the app's layers. The cache keeps them: a layer of which nothing has changed is there already, and of others
/// the files that have not changed are.
/// </summary>
internal sealed class AppBlobs(PublishSession session) : IDisposable
{
    private readonly MemberCache _members = new(session.Request.CacheFolder);
    private readonly ConcurrentBag<IDisposable> _open = [];

    /// <summary>Builds a layer, ready to be pushed.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>, <see cref="DiagnosticCode.CacheUnusable"/>.</exception>
    public async Task<PreparedLayer> BuildAsync(AppLayers.Part part, LayerPrefetch order, CancellationToken cancellationToken)
    {
        var key = KeyOf(part, order);
        if (key is not null && _members.Find(key) is { } known)
        {
            return Prepare(part, known, token => PushAsync(part, order, known, token));
        }

        var (layer, blob) = await WriteAsync(part, order, key, cancellationToken).ConfigureAwait(false);
        return Prepare(part, layer, token => PushAsync(layer, blob.OpenRead, token));
    }

    /// <summary>Closes them.</summary>
    public void Dispose()
    {
        foreach (var blob in _open)
        {
            blob.Dispose();
        }

        _members.Dispose();
    }

    private PreparedLayer Prepare(AppLayers.Part part, Layer layer, Func<CancellationToken, Task> push) =>
        new(layer.ToImageLayer(session.Request.OciTocAnnotation) with { CreatedBy = $"Estargz.MSBuild: {part.Name}" }, layer.PrefetchSize, push);

    private async Task<(Layer Layer, CachedBlob Blob)> WriteAsync(AppLayers.Part part, LayerPrefetch order, string? key, CancellationToken cancellationToken)
    {
        var blob = _members.Create();
        _open.Add(blob);
        var layer = await LayerWriter.WriteAsync(LayerOrder.Arrange(part.Entries, order), session.Request.Layers, blob, cancellationToken).ConfigureAwait(false);

        // Files that changed while they were read are not those that the key stands for.
        blob.Complete(layer, key is not null && KeyOf(part, order) == key ? key : null);
        return (layer, blob);
    }

    /// <summary>Pushes a layer of which nothing was read so far, nor is if the registry has it.</summary>
    private Task PushAsync(AppLayers.Part part, LayerPrefetch order, Layer known, CancellationToken cancellationToken)
    {
        Func<Stream>? open = null;
        return PushAsync(known, () => (open ??= Reopen(part, order, known, cancellationToken))(), cancellationToken);
    }

    private Func<Stream> Reopen(AppLayers.Part part, LayerPrefetch order, Layer known, CancellationToken cancellationToken)
    {
        if (_members.OpenIntact(known) is { } file)
        {
            _open.Add(file);
            return file.OpenRead;
        }

        var (layer, blob) = WriteAsync(part, order, null, cancellationToken).GetAwaiter().GetResult();
        return layer.Digest == known.Digest ? blob.OpenRead : throw new EstargzException(
            DiagnosticCode.FileUnreadable,
            $"Files of the layer {part.Name} changed while it was published. Publish again when nothing writes to '{session.Request.PublishFolder}'.");
    }

    private Task PushAsync(Layer layer, Func<Stream> open, CancellationToken cancellationToken) =>
        session.Destination.PushBlobAsync(layer.ToImageLayer(false).Descriptor, open, null, cancellationToken);

    private string? KeyOf(AppLayers.Part part, LayerPrefetch order) =>
        LayerStamp.Of(part.Entries) is { } stamp ? LayerCache.KeyOf(stamp, order, session.Request.Layers) : null;
}
