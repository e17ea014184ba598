using System.Text;
using System.Text.Json;
using Estargz.Images;
using Estargz.Layers;
using Estargz.Registries;

namespace Estargz.Transfers;

/// <summary>
/// A repository in which machines that build on the same base images leave converted base layers for each other: one
/// converts, the others mount. A tag names what a layer was made of and how, so nothing in it is ever out of date. It is
/// there to save work: when it fails, the publish says so, once, and does the work itself. Who may write to it decides
/// what the others publish.
/// </summary>
/// <param name="registry">The registry, which this closes.</param>
/// <param name="repository">The repository.</param>
/// <param name="tell">Is told what does not work.</param>
internal sealed class BaseRepository(Registry registry, string repository, Action<string> tell) : IDisposable
{
    private const string LayerType = "application/vnd.estargz.base-layer.v1";
    private const string DescriptionType = "application/vnd.estargz.base-entries.v1+json";
    private const string LayerAnnotation = "estargz.layer";
    private const int MaxDescription = 256 << 20;

    private int _failed;

    /// <summary>Host of the registry, with port where it is not the default one.</summary>
    public string Host => registry.Host;

    /// <summary>The repository, to mount from.</summary>
    public string Repository => repository;

    /// <summary>Looks for what is in a source layer.</summary>
    public Task<SourceDescription?> FindDescriptionAsync(Digest source, CancellationToken cancellationToken) => TryAsync(async () =>
    {
        if (await FindAsync(DescriptionTag(source), cancellationToken).ConfigureAwait(false) is not { } blob)
        {
            return null;
        }

        var json = await registry.GetBlobAsync(repository, blob, MaxDescription, cancellationToken).ConfigureAwait(false);
        return SourceDescription.Parse(json.Bytes.Span);
    });

    /// <summary>Looks for a converted layer.</summary>
    /// <param name="key">What it was made of and how, see <see cref="LayerCache.KeyOf"/>.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task<Layer?> FindLayerAsync(string key, CancellationToken cancellationToken) => TryAsync(async () =>
    {
        return await FindAsync(LayerTag(key), cancellationToken).ConfigureAwait(false) is { } blob
            && CachedLayer.Parse(Encoding.UTF8.GetBytes(blob.Annotations[LayerAnnotation])) is var layer
            && layer.Digest == blob.Digest && layer.Size == blob.Size ? layer : null;
    });

    /// <summary>Brings a layer that was found here to where the image goes.</summary>
    public PreparedLayer Prepare(ImageSession session, Layer layer) => KeptLayer.Prepare(
        new RegistrySource(registry, new Reference(registry.Host, repository, null, null), session.Cache.TemporaryFolder),
        session.Destination,
        layer.ToImageLayer(session.OciTocAnnotation),
        layer.PrefetchSize);

    /// <summary>Fetches a layer that was found here.</summary>
    /// <returns>Whether it could be fetched, and is what it should be.</returns>
    public async Task<bool> DownloadAsync(string key, Layer layer, LayerCache cache, CancellationToken cancellationToken) => await TryAsync(async () =>
        await cache.AddAsync(key, async blob =>
        {
            await registry.DownloadBlobAsync(repository, new Descriptor(MediaType.LayerGzip, layer.Digest, layer.Size), blob, cancellationToken).ConfigureAwait(false);
            return layer;
        }).ConfigureAwait(false)).ConfigureAwait(false) is not null;

    /// <summary>Leaves a converted layer for others, unless it is here, with its bytes.</summary>
    /// <param name="source">Digest of the blob that it was made of.</param>
    /// <param name="description">What is in that.</param>
    /// <param name="key">What it was made of and how.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="open">Opens its blob, once for each try.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Whether it is here.</returns>
    public async Task<bool> AddAsync(
        Digest source, SourceDescription description, string key, Layer layer, Func<Stream> open, CancellationToken cancellationToken) => await TryAsync(async () =>
    {
        var blob = layer.ToImageLayer(ociTocAnnotation: false).Descriptor
            .With(LayerAnnotation, Encoding.UTF8.GetString(CachedLayer.ToJson(layer)));
        if (await registry.FindManifestAsync(Tagged(LayerTag(key)), cancellationToken).ConfigureAwait(false) is null
            || !await registry.HasBlobAsync(repository, blob, cancellationToken).ConfigureAwait(false))
        {
            var entries = new Content(DescriptionType, description.ToJson());
            await PushAsync(DescriptionTag(source), DescriptionType, entries.Descriptor, entries.OpenRead, cancellationToken).ConfigureAwait(false);
            await PushAsync(LayerTag(key), LayerType, blob, open, cancellationToken).ConfigureAwait(false);
        }

        return layer;
    }).ConfigureAwait(false) is not null;

    /// <summary>Ends all connections.</summary>
    public void Dispose() => registry.Dispose();

    private static string DescriptionTag(Digest source) => $"entries-{SourceDescription.NameOf(source)}";

    private static string LayerTag(string key) => $"layer-{key}";

    private string Name => $"{registry.Host}/{repository}";

    private Reference Tagged(string tag) => new(registry.Host, repository, tag, null);

    private async Task<Descriptor?> FindAsync(string tag, CancellationToken cancellationToken)
    {
        if (await registry.FindManifestAsync(Tagged(tag), cancellationToken).ConfigureAwait(false) is null)
        {
            return null;
        }

        var content = await registry.GetManifestAsync(Tagged(tag), cancellationToken).ConfigureAwait(false);
        return Artifact.BlobOf(content, Tagged(tag).ToString());
    }

    private async Task PushAsync(string tag, string type, Descriptor blob, Func<Stream> open, CancellationToken cancellationToken)
    {
        await registry.PushBlobAsync(repository, blob, open, null, cancellationToken).ConfigureAwait(false);
        await registry.PushBlobAsync(repository, Artifact.Config.Descriptor, Artifact.Config.OpenRead, null, cancellationToken).ConfigureAwait(false);
        await registry.PushManifestAsync(repository, tag, new Artifact(type, blob).ToManifest(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does something here, unless that failed before.</summary>
    private async Task<T?> TryAsync<T>(Func<Task<T?>> action) where T : class
    {
        if (_failed != 0)
        {
            return null;
        }

        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception e) when (e is EstargzException or JsonException or KeyNotFoundException)
        {
            if (Interlocked.Exchange(ref _failed, 1) == 0)
            {
                tell($"EstargzBaseRepository '{Name}' does not help this time, base layers are converted here: {(e is EstargzException ? e.Message : "what it holds was not put there by Estargz.")}");
            }

            return null;
        }
    }
}
