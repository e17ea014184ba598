using System.Collections.Immutable;
using Estargz.Images;
using Estargz.Layers;
using Estargz.Profiles;
using Microsoft.Win32.SafeHandles;

namespace Estargz.Transfers;

/// <summary>
/// A layer of the base image on its way to be lazy. Its entries are known first, because the order of every layer
/// depends on all of them (a path may lead through links in other layers); then it is converted, unless it is eStargz
/// already or the cache has it.
/// </summary>
internal sealed class BaseLayer : IDisposable
{
    private readonly ImageSession _session;
    private readonly ImageLayer _layer;
    private SourceLayer? _source;
    private SourceDescription? _description;
    private Layer? _lazy;
    private SafeFileHandle? _file;
    private IReadOnlyCollection<TreeEntry> _links = [];

    /// <summary>What the layer is made of: the blob, and the links below that its entries follow, if there are any.</summary>
    private Digest _origin;

    private BaseLayer(ImageSession session, ImageLayer layer) => (_session, _layer, _origin) = (session, layer, layer.Descriptor.Digest);

    /// <summary>What is in the layer.</summary>
    public IReadOnlyList<TocEntry> Entries { get; private set; } = [];

    /// <summary>The pages of ICU's data that are read at start-up, see <see cref="SourceDescription"/>.</summary>
    public ImmutableSortedDictionary<string, string> IcuPages { get; private set; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Whether the layer is eStargz already, in an order of its own.</summary>
    public bool IsLazy => _lazy is not null;

    private Descriptor Blob => _layer.Descriptor;

    /// <summary>Whether the layer stays as it is if it is eStargz; it does not if the image is to be zstd:chunked.</summary>
    private bool KeepsLazy => !_session.Reorders && !_session.Options.Compressor.IsZstdChunked;

    /// <summary>Learns what is in a layer: from its TOC, from the cache, or by fetching and unpacking it.</summary>
    public static async Task<BaseLayer> OpenAsync(ImageSession session, ImageLayer layer, CancellationToken cancellationToken)
    {
        var opened = new BaseLayer(session, layer);
        try
        {
            if (!opened.KeepsLazy || !await opened.ReadTocAsync(cancellationToken).ConfigureAwait(false))
            {
                await opened.DescribeAsync(cancellationToken).ConfigureAwait(false);
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Puts entries where links of lower layers lead: over those it is another layer, with a place in the cache of its own.</summary>
    public Task FollowAsync(IReadOnlyCollection<TreeEntry> links, CancellationToken cancellationToken)
    {
        (_links, _origin, _description) = (links, LayerCache.OriginOf(Blob.Digest, links), null);
        return DescribeAsync(cancellationToken);
    }

    /// <summary>Makes the layer lazy, or finds that it was made so before.</summary>
    /// <param name="order">Names of the entries to put first, and after the landmark.</param>
    /// <param name="cancellationToken">Stops within one batch.</param>
    public async Task<PreparedLayer> PrepareAsync(LayerPrefetch order, CancellationToken cancellationToken)
    {
        if (_lazy is not null)
        {
            return KeptLayer.Prepare(_session.Source, _session.Destination, _lazy.ToImageLayer(_session.OciTocAnnotation), _lazy.PrefetchSize);
        }

        var key = LayerCache.KeyOf(_origin, order, _session.Options);
        var layer = _session.Cache.Find(key);
        if (layer is null && _session.Shared is { } shared && await shared.FindLayerAsync(key, cancellationToken).ConfigureAwait(false) is { } found)
        {
            if (_session.Destination.CanMountFrom(shared.Host))
            {
                var mounted = shared.Prepare(_session, found);
                return mounted with { PushAsync = token => PushSharedAsync(mounted, key, order, found, token) };
            }

            layer = await shared.DownloadAsync(key, found, _session.Cache, cancellationToken).ConfigureAwait(false) ? found : null;
        }

        layer ??= await ConvertAsync(key, order, cancellationToken).ConfigureAwait(false);
        var result = layer.ToImageLayer(_session.OciTocAnnotation);
        return new PreparedLayer(result, layer.PrefetchSize, token => PushAsync(key, order, layer, token));
    }

    /// <summary>The layer unpacked; it is fetched, where so far only the cache knew it.</summary>
    public async Task<SourceLayer> UnpackAsync(CancellationToken cancellationToken)
    {
        await FetchAsync(cancellationToken).ConfigureAwait(false);
        return _source!.Over(_links);
    }

    /// <summary>Deletes what was unpacked. Nothing may be on its way any more.</summary>
    public void Dispose()
    {
        _source?.Dispose();
        _file?.Dispose();
    }

    private async Task DescribeAsync(CancellationToken cancellationToken)
    {
        if (!FindDescription())
        {
            // Another publish may be fetching the same layer just now: that of another platform, or of another app.
            await using var turn = await _session.Cache.TakeTurnAsync(_origin.Hex, cancellationToken).ConfigureAwait(false);
            if (!FindDescription() && !await FindSharedDescriptionAsync(cancellationToken).ConfigureAwait(false))
            {
                await FetchAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private bool FindDescription() => Take(_session.Cache.FindDescription(_origin));

    private async Task<bool> FindSharedDescriptionAsync(CancellationToken cancellationToken)
    {
        var description = _session.Shared is null ? null : await _session.Shared.FindDescriptionAsync(_origin, cancellationToken).ConfigureAwait(false);
        if (!Take(description))
        {
            return false;
        }

        await _session.Cache.AddDescriptionAsync(_origin, description!).ConfigureAwait(false);
        return true;
    }

    /// <summary>Mounts a layer of the shared repository; one of which that has lost the bytes is made here, and left there again.</summary>
    private async Task PushSharedAsync(PreparedLayer mounted, string key, LayerPrefetch order, Layer layer, CancellationToken cancellationToken)
    {
        try
        {
            await mounted.PushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (EstargzException e) when (e.Code == DiagnosticCode.NotFound)
        {
            await ConvertAsync(key, order, cancellationToken).ConfigureAwait(false);
            await PushAsync(key, order, layer, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PushAsync(string key, LayerPrefetch order, Layer layer, CancellationToken cancellationToken)
    {
        var blob = layer.ToImageLayer(false).Descriptor;
        string? from = null;
        if (_session.Shared is { } shared)
        {
            if (await _session.Destination.HasBlobAsync(blob, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            // Where other machines look for it, and perhaps mounted from there.
            bool isThere = await shared.AddAsync(_origin, _description!, key, layer, Open, cancellationToken).ConfigureAwait(false);
            from = isThere && _session.Destination.CanMountFrom(shared.Host) ? shared.Repository : null;
        }

        await _session.Destination.PushBlobAsync(blob, Open, from, cancellationToken).ConfigureAwait(false);

        // Only what is sent is read once more.
        Stream Open() => (_file ??= _session.Cache.OpenIntact(key, layer) ?? Remake(key, order, layer, cancellationToken)).OpenRead();
    }

    /// <summary>Makes a file of the cache anew that is damaged or gone, with the same bytes.</summary>
    private SafeFileHandle Remake(string key, LayerPrefetch order, Layer layer, CancellationToken cancellationToken)
    {
        ConvertAsync(key, order, cancellationToken).GetAwaiter().GetResult();
        return _session.Cache.OpenIntact(key, layer) ?? throw new EstargzException(
            DiagnosticCode.CacheUnusable,
            $"A converted layer of {_session.Source.Name} was changed or removed in the cache while it was sent. Try again when nothing else writes there.");
    }

    /// <summary>Converts the layer, unless another publish has done so meanwhile.</summary>
    private async Task<Layer> ConvertAsync(string key, LayerPrefetch order, CancellationToken cancellationToken)
    {
        await using var turn = await _session.Cache.TakeTurnAsync(key, cancellationToken).ConfigureAwait(false);
        if (_session.Cache.Find(key) is { } made)
        {
            using var file = _session.Cache.OpenIntact(key, made);
            if (file is not null)
            {
                return made;
            }
        }

        var source = await UnpackAsync(cancellationToken).ConfigureAwait(false);
        return await _session.Cache.AddAsync(
            key, blob => source.ConvertAsync(order, _session.Options, blob, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Learns what is in the layer from its TOC.</summary>
    /// <returns>Whether that is enough; if not, its bytes have to tell.</returns>
    private async Task<bool> ReadTocAsync(CancellationToken cancellationToken)
    {
        if (!Blob.Annotations.TryGetValue(Annotation.TocDigest, out var digest))
        {
            return false;
        }

        var index = await _session.Source.ReadTocAsync(Blob, cancellationToken).ConfigureAwait(false);
        if (index?.ZstdChunked is not null)
        {
            // zstd:chunked as stargz-snapshotter makes it, which has the same annotation.
            return false;
        }

        if (index is null || digest != index.TocDigest.ToString())
        {
            throw new EstargzException(
                DiagnosticCode.NotEstargz,
                $"Layer {Blob.Digest} of {_session.Source.Name} claims to be eStargz, but its table of contents is not the one that the manifest names. Rebuild that image. In a publish, EstargzBaseImage=keep leaves the base image's layers as they are.");
        }

        if (!Blob.Annotations.TryGetValue(Annotation.UncompressedSize, out var size) || !long.TryParse(size, out long uncompressed))
        {
            return false;
        }

        Entries = index.Toc.Entries;
        _lazy = new Layer(Blob.Digest, Blob.Size, _layer.DiffId, index.TocDigest, uncompressed, index.PrefetchSize);
        return true;
    }

    private async Task FetchAsync(CancellationToken cancellationToken)
    {
        SourceToc? own = null;
        if (_source is null)
        {
            await using var blob = await _session.Source.OpenLayerAsync(Blob, cancellationToken).ConfigureAwait(false);
            try
            {
                _source = await SourceLayer.OpenAsync(blob, Blob.MediaType, _session.Cache.TemporaryFolder, cancellationToken).ConfigureAwait(false);
            }
            catch (EstargzException e) when (e.Code != DiagnosticCode.CacheUnusable)
            {
                throw new EstargzException(e.Code, $"Layer {Blob.Digest} of {_session.Source.Name}: {e.Message}", e);
            }

            CheckUnpacked(_source.DiffId.ToString());

            // The SDK loses the annotations of layers. That it is eStargz is noted also where it does not stay as it is now:
            // whoever finds the description may keep it.
            if (_links.Count == 0 && await LayerReader.FindAsync(blob, cancellationToken).ConfigureAwait(false) is { ZstdChunked: null } index)
            {
                own = new SourceToc(index.TocDigest.ToString(), _source.Size, index.PrefetchSize);
            }
        }

        // What was planned with a description that was found stays true.
        if (_description is null)
        {
            var description = _source.Over(_links).Describe() with { OwnToc = own };
            Take(description);
            await _session.Cache.AddDescriptionAsync(_origin, description).ConfigureAwait(false);
        }
    }

    /// <summary>Takes what is known of the layer, if that is anything.</summary>
    private bool Take(SourceDescription? description)
    {
        if (description is null)
        {
            return false;
        }

        CheckUnpacked(description.DiffId);
        (_description, Entries, IcuPages) = (description, description.Toc.Entries, description.IcuPages);
        if (KeepsLazy && description.OwnToc is { } toc)
        {
            _lazy = new Layer(Blob.Digest, Blob.Size, _layer.DiffId, Digest.Parse(toc.Digest, "the cache"), toc.UncompressedSize, toc.PrefetchSize);
        }

        return true;
    }

    /// <summary>Another image may have told the truth of the same layer, so what is known of it is compared, too.</summary>
    private void CheckUnpacked(string diffId)
    {
        if (diffId != _layer.DiffId.ToString())
        {
            throw new EstargzException(
                DiagnosticCode.DigestMismatch,
                $"Layer {Blob.Digest} of {_session.Source.Name} unpacks to {diffId}, but its configuration says {_layer.DiffId}. Rebuild that image, or choose another.");
        }
    }
}
