using Estargz.Images;
using Estargz.Layers;
using Estargz.Registries;

namespace Estargz;

/// <summary>A layer whose blob is in a registry and goes into the new image as it is.</summary>
internal static class KeptLayer
{
    /// <summary>A layer of the base image, and the way to bring its blob over.</summary>
    public static PreparedLayer Prepare(PublishSession session, ImageLayer layer, long prefetchSize) =>
        Prepare(session, session.Source, session.Request.BaseImage.Repository, layer, prefetchSize);

    /// <summary>A layer and the way to bring its blob over: mounted within one registry, else copied.</summary>
    public static PreparedLayer Prepare(PublishSession session, Registry source, string repository, ImageLayer layer, long prefetchSize) =>
        new(layer, prefetchSize, token => PushAsync(session, source, repository, layer.Descriptor, token));

    /// <summary>Fetches a blob of the base image to a file.</summary>
    public static Task<TemporaryFile> FetchAsync(PublishSession session, Descriptor blob, CancellationToken cancellationToken) =>
        FetchAsync(session, session.Source, session.Request.BaseImage.Repository, blob, cancellationToken);

    private static async Task<TemporaryFile> FetchAsync(
        PublishSession session, Registry source, string repository, Descriptor blob, CancellationToken cancellationToken)
    {
        var file = TemporaryFile.Create(session.Cache.TemporaryFolder);
        try
        {
            await source.DownloadBlobAsync(repository, blob, file.Stream, cancellationToken).ConfigureAwait(false);
            return file;
        }
        catch (Exception e)
        {
            file.Dispose();
            throw e is IOException
                ? new EstargzException(DiagnosticCode.CacheUnusable, $"A layer of the base image cannot be kept in '{session.Cache.TemporaryFolder}': {e.Message}", e)
                : e;
        }
    }

    private static async Task PushAsync(PublishSession session, Registry source, string repository, Descriptor blob, CancellationToken cancellationToken)
    {
        bool mountable = session.Destination.CanMountFrom(source.Host);
        if (!mountable && await session.Destination.HasBlobAsync(blob, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        // Within one registry the bytes are fetched only when it turns out that it cannot mount.
        var fetched = new Lazy<Task<TemporaryFile>>(() => FetchAsync(session, source, repository, blob, cancellationToken));
        try
        {
            await session.Destination.PushBlobAsync(
                blob,
                () => fetched.Value.GetAwaiter().GetResult().OpenRead(),
                mountable ? repository : null,
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (fetched.IsValueCreated)
            {
                (await fetched.Value.ConfigureAwait(false)).Dispose();
            }
        }
    }
}
