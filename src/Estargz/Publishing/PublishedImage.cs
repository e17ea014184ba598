using Estargz.Images;

namespace Estargz.Publishing;

/// <summary>An image that is where it goes, under all its tags.</summary>
/// <param name="Name">Registry, archive or layout, repository, first tag and the manifest's digest.</param>
/// <param name="Image">Manifest and configuration.</param>
/// <param name="IsNew">Whether a tag moved or the manifest was sent: false, if the very image was there already under each tag.</param>
/// <param name="PrefetchSize">The bytes of all layers that a lazy client fetches before it starts the container.</param>
public sealed record PublishedImage(string Name, Image Image, bool IsNew, long PrefetchSize)
{
    /// <summary>The size of all layers in bytes.</summary>
    public long Size => Image.Manifest.Layers.Sum(l => l.Size);
}
