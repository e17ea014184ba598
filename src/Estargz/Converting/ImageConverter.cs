using Estargz.Images;
using Estargz.Layers;
using Estargz.Transfers;

namespace Estargz.Converting;

/// <summary>
/// Makes an image lazy, whoever built it: of one platform or of all. What it says of itself stays; its layers are packed
/// anew as eStargz, in the order in which they are read. The tag moves last, after everything is where the image goes.
/// </summary>
/// <param name="request">What to convert. Nothing is sent yet.</param>
public sealed class ImageConverter(ConversionRequest request)
{
    /// <summary>
    /// Converts: one platform after the other, since each is unpacked on disk; the layers of each side by side.
    /// </summary>
    /// <param name="cancellationToken">Stops within a second; the tag has moved only if everything is complete.</param>
    /// <exception cref="EstargzException">A code of 1xxx, 3xxx, 4xxx or 5xxx.</exception>
    public async Task<ConversionResult> ConvertAsync(CancellationToken cancellationToken)
    {
        await using var session = request.Open();
        var root = await session.Source.GetRootAsync(cancellationToken).ConfigureAwait(false);
        var origins = await PlatformImage.ReadAsync(session.Source, root, request.Platform, cancellationToken).ConfigureAwait(false);
        await session.Destination.CheckAsync(cancellationToken).ConfigureAwait(false);
        var images = new List<ConvertedImage>();
        try
        {
            foreach (var origin in origins)
            {
                images.Add(await new ImageConversion(session, request, origin).RunAsync(cancellationToken).ConfigureAwait(false));
            }
        }
        finally
        {
            new CacheFolder(request.CacheFolder).Trim(CacheFolder.DefaultSize);
        }

        var content = request.Platform is null && MediaType.IsIndex(root.MediaType)
            ? await PushAsync(session, ImageIndex.Parse(root, request.Source), origins.Zip(images), cancellationToken).ConfigureAwait(false)
            : images[0].Image.Manifest.Content;
        bool isNew = await session.Destination.TagAsync(content, [request.Tag], cancellationToken).ConfigureAwait(false);
        return new ConversionResult(request.NameOf(content), isNew, [.. images]);
    }

    /// <summary>Pushes the manifests of an index. What speaks of an image, as attestations do, would be untrue of the new one.</summary>
    /// <returns>The new index.</returns>
    private async Task<Content> PushAsync(
        ImageSession session, ImageIndex index, IEnumerable<(PlatformImage Origin, ConvertedImage Converted)> images, CancellationToken cancellationToken)
    {
        var manifests = new Dictionary<Digest, Content>();
        foreach (var (origin, converted) in images)
        {
            manifests[origin.Manifest.Digest] = converted.Image.Manifest.Content;
            await session.Destination.PushManifestAsync(converted.Image.Manifest.Content, cancellationToken).ConfigureAwait(false);
        }

        if (index.Entries.Count(entry => !entry.IsImage) is > 0 and var others)
        {
            request.Tell($"{others} of {index.Entries.Length} entries of the index are not images but speak of one, as attestations do; they are left out, since they are not true of the converted ones.");
        }

        return index.With(
            from entry in index.Entries
            where entry.IsImage
            select entry with { Descriptor = manifests[entry.Descriptor.Digest].Descriptor with { Annotations = entry.Descriptor.Annotations } }).Content;
    }
}
