namespace Estargz.Images;

/// <summary>A manifest with its configuration; they agree on the number of layers.</summary>
public sealed class Image
{
    private Image(Manifest manifest, ImageConfig config) => (Manifest, Config) = (manifest, config);

    /// <summary>The manifest.</summary>
    public Manifest Manifest { get; }

    /// <summary>The configuration.</summary>
    public ImageConfig Config { get; }

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
