namespace Estargz.Images;

/// <summary>A manifest with its configuration; they agree on the number of layers.</summary>
public sealed class Image
{
    private Image(Manifest manifest, ImageConfig config) => (Manifest, Config) = (manifest, config);

    /// <summary>The manifest.</summary>
    public Manifest Manifest { get; }

    /// <summary>The configuration.</summary>
    public ImageConfig Config { get; }

    /// <summary>The layers, the lowest first.</summary>
    public IEnumerable<ImageLayer> Layers => Manifest.Layers.Zip(Config.DiffIds, (descriptor, diffId) => new ImageLayer(descriptor, diffId));

    /// <summary>
    /// The same image, as an OCI one, with its layers packed anew: settings, history and annotations stay. It is the very same
    /// if the layers are.
    /// </summary>
    /// <param name="layers">As many layers as it has, the lowest first.</param>
    public Image With(IEnumerable<ImageLayer> layers)
    {
        ImageLayer[] all = [.. layers.Zip(Manifest.Layers, (layer, origin) => layer with { Descriptor = layer.Descriptor.InPlaceOf(origin) })];
        if (all.Select(layer => layer.Descriptor).SequenceEqual(Manifest.Layers))
        {
            return this;
        }

        var config = Config.With(all.Select(layer => layer.DiffId));
        var descriptors = all.Select(layer => layer.Descriptor with { MediaType = MediaType.ToOci(layer.Descriptor.MediaType) });
        return Create(Manifest.With(config.Content.Descriptor, descriptors, Manifest.Annotations), config, "the new image");
    }

    /// <summary>Puts a manifest and its configuration together.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="from">Whose they are, for the message: <c>the base image …</c>.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.ImageMalformed"/>: the numbers of layers differ.</exception>
    public static Image Create(Manifest manifest, ImageConfig config, string from)
    {
        int layers = manifest.Layers.Length, diffIds = config.DiffIds.Length;
        return layers == diffIds ? new Image(manifest, config) : throw new EstargzException(
            DiagnosticCode.ImageMalformed,
            $"The manifest of {from} has {layers} layers, its configuration {diffIds} diffIDs. Rebuild that image or choose another.");
    }
}
