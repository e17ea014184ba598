using Estargz.Layers;

namespace Estargz.Transfers;

/// <summary>What the steps share that bring the layers of an image from one place to another.</summary>
/// <param name="source">Where the image is, which this closes.</param>
/// <param name="destination">Where it goes, which this closes.</param>
/// <param name="shared">Where machines leave converted layers for each other, which this closes; or null.</param>
/// <param name="cache">Converted layers of earlier days.</param>
internal class ImageSession(ImageSource source, IDestination destination, BaseRepository? shared, LayerCache cache) : IAsyncDisposable
{
    /// <summary>Where the image is.</summary>
    public ImageSource Source => source;

    /// <summary>Where it goes.</summary>
    public IDestination Destination => destination;

    /// <summary>Where machines leave converted layers for each other, or null.</summary>
    public BaseRepository? Shared => shared;

    /// <summary>Converted layers of earlier days.</summary>
    public LayerCache Cache => cache;

    /// <summary>Whether layers that are eStargz already are put into another order; otherwise they stay as they are.</summary>
    public bool Reorders { get; init; }

    /// <summary>How layers are cut and compressed.</summary>
    public LayerOptions Options { get; init; } = LayerOptions.Default;

    /// <summary>Whether layers also carry the TOC's digest under the name proposed to the OCI image spec.</summary>
    public bool OciTocAnnotation { get; init; }

    /// <summary>Ends all connections; what is not complete goes.</summary>
    public async ValueTask DisposeAsync()
    {
        source.Dispose();
        shared?.Dispose();
        await destination.DisposeAsync().ConfigureAwait(false);
    }
}
