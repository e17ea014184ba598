using Estargz.Images;
using Estargz.Layers;

namespace Estargz.Transfers;

/// <summary>A layer whose blob goes into the new image as it is.</summary>
internal static class KeptLayer
{
    /// <summary>A layer and the way to bring its blob over: mounted within one registry, else copied.</summary>
    /// <param name="source">Where the blob is.</param>
    /// <param name="destination">Where it goes.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="prefetchSize">Its bytes that a lazy client fetches before it starts the container.</param>
    public static PreparedLayer Prepare(ImageSource source, IDestination destination, ImageLayer layer, long prefetchSize) =>
        new(layer, prefetchSize, token => PushAsync(source, destination, layer.Descriptor, token));

    private static async Task PushAsync(ImageSource source, IDestination destination, Descriptor blob, CancellationToken cancellationToken)
    {
        var mountable = source.MountableBy(destination);
        if (mountable is null && await destination.HasBlobAsync(blob, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        // Within one registry the bytes are fetched only when it turns out that it cannot mount.
        var fetched = new Lazy<Task<FileStream>>(() => source.OpenLayerAsync(blob, cancellationToken));
        try
        {
            await destination.PushBlobAsync(
                blob,
                () => fetched.Value.GetAwaiter().GetResult().SafeFileHandle.OpenRead(),
                mountable,
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (fetched.IsValueCreated)
            {
                await (await fetched.Value.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
