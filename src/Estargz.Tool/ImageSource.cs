using Estargz.Images;
using Estargz.Layers;

namespace Estargz.Tool;

/// <summary>Where an image is read from. All that is read whole has been checked against size and digest.</summary>
internal abstract class ImageSource : IDisposable
{
    /// <summary>The largest configuration that is read, in bytes.</summary>
    protected const int MaxConfig = 4 << 20;

    /// <summary>What was asked for, as messages name it.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Opens what the user named. A folder is meant where there is an OCI layout, or where the text begins as only a
    /// path does: with a dot or a slash.
    /// </summary>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.InvalidReference"/>, or the codes of <see cref="OciLayout.Open"/>.
    /// </exception>
    public static ImageSource Open(string text)
    {
        int colon = text.LastIndexOf(':');
        bool isFolder = text.StartsWith('.') || Path.IsPathRooted(text)
            || new[] { text, colon < 0 ? text : text[..colon] }.Any(folder => File.Exists(Path.Combine(folder, "oci-layout")));
        return isFolder ? new LayoutSource(text) : new RegistrySource(Reference.Parse(text, "the command line"));
    }

    /// <summary>The manifest or index that was asked for.</summary>
    public abstract Task<Content> GetRootAsync(CancellationToken cancellationToken);

    /// <summary>A manifest of the index.</summary>
    public abstract Task<Content> GetManifestAsync(Descriptor descriptor, CancellationToken cancellationToken);

    /// <summary>A configuration.</summary>
    public abstract Task<Content> GetConfigAsync(Descriptor descriptor, CancellationToken cancellationToken);

    /// <summary>A whole layer, to be read from any place.</summary>
    public abstract Task<Stream> OpenLayerAsync(Descriptor descriptor, CancellationToken cancellationToken);

    /// <summary>Footer and TOC of a layer, without the rest; null where it is not eStargz.</summary>
    public abstract Task<LayerReader?> ReadTocAsync(Descriptor descriptor, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract void Dispose();
}
