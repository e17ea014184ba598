using Estargz.Images;
using Estargz.Layers;
using Estargz.Registries;

namespace Estargz.Transfers;

/// <summary>Where an image is read from. All that is read whole has been checked against size and digest.</summary>
public abstract class ImageSource : IDisposable
{
    private protected ImageSource()
    {
    }

    /// <summary>What was asked for, as messages name it.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Opens what the user named. A folder is meant where there is an OCI layout, or where the text begins as only a
    /// path does: with a dot or a slash.
    /// </summary>
    /// <param name="text">A reference, or <c>DIR</c> or <c>DIR:TAG</c>.</param>
    /// <param name="warn">Takes what a registry has to say to its users.</param>
    /// <param name="access">Which credential variables apply: those of any registry, unless another registry is pushed to.</param>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.InvalidReference"/>, or the codes of <see cref="OciLayout.Open"/>.
    /// </exception>
    public static ImageSource Open(string text, Action<string> warn, RegistryAccess access = RegistryAccess.PullFromOutput)
    {
        if (OciLayout.IsNamedBy(text))
        {
            return new LayoutSource(text);
        }

        var reference = Reference.Parse(text, "the command line");
        var options = new RegistryOptions { Access = access, Warn = warn };
        return new RegistrySource(new Registry(reference.Registry, options), reference, Path.GetTempPath());
    }

    /// <summary>The manifest or index that was asked for.</summary>
    public abstract Task<Content> GetRootAsync(CancellationToken cancellationToken);

    /// <summary>A manifest of the index.</summary>
    public abstract Task<Content> GetManifestAsync(Descriptor descriptor, CancellationToken cancellationToken);

    /// <summary>A configuration, of 4 MiB at most.</summary>
    public abstract Task<Content> GetConfigAsync(Descriptor descriptor, CancellationToken cancellationToken);

    /// <summary>A whole layer, to be read from any place.</summary>
    /// <exception cref="EstargzException">A code of 4xxx, or <see cref="DiagnosticCode.CacheUnusable"/>: there is no room for it.</exception>
    public abstract Task<FileStream> OpenLayerAsync(Descriptor descriptor, CancellationToken cancellationToken);

    /// <summary>Footer and TOC of a layer, without the rest; null where it is not eStargz.</summary>
    public abstract Task<LayerReader?> ReadTocAsync(Descriptor descriptor, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>The repository from which a destination can mount blobs instead of being sent them, or null.</summary>
    internal abstract string? MountableBy(IDestination destination);
}
