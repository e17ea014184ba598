using System.Collections.Immutable;
using Estargz.Images;
using Estargz.Transfers;

namespace Estargz.Publishing;

/// <summary>
/// Puts images of several platforms, each complete, under one name: an index (OCI image spec, image-index.md). Only this
/// moves tags, so nobody sees an index of which an image is missing.
/// </summary>
/// <param name="request">What to put together.</param>
public sealed class IndexPublisher(IndexRequest request)
{
    /// <summary>Brings the images over where they are staged, writes the index and moves the tags.</summary>
    /// <param name="cancellationToken">Stops; a tag has moved only if everything is complete.</param>
    /// <exception cref="EstargzException">A code of 3xxx, 4xxx or 5xxx.</exception>
    public async Task<PublishedIndex> PublishAsync(CancellationToken cancellationToken)
    {
        var index = await DescribeAsync(cancellationToken).ConfigureAwait(false);
        await using var destination = request.OpenDestination(cacheFolder: null);
        if (request.Staging is { } staging)
        {
            await CopyAsync(OciLayout.Open(staging), destination, cancellationToken).ConfigureAwait(false);
        }

        bool isNew = await destination.TagAsync(index.Content, request.Tags, cancellationToken).ConfigureAwait(false);
        return new PublishedIndex(request.NameOf(index.Content), index, isNew);
    }

    private async Task CopyAsync(OciLayout staging, IDestination destination, CancellationToken cancellationToken)
    {
        foreach (var image in request.Images)
        {
            foreach (var blob in image.Manifest.Layers.Append(image.Manifest.Config))
            {
                await destination.PushBlobAsync(blob, () => staging.OpenBlob(blob), null, cancellationToken).ConfigureAwait(false);
            }

            await destination.PushManifestAsync(image.Manifest.Content, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ImageIndex> DescribeAsync(CancellationToken cancellationToken)
    {
        // What the SDK makes of an image (Windows) has lost variant and version, and some builders write them only into
        // the index: so the base's index is asked, where there is one.
        var content = await ReadBaseAsync(cancellationToken).ConfigureAwait(false);
        var index = MediaType.IsIndex(content.MediaType) ? ImageIndex.Parse(content, $"the base image {request.BaseImage}") : null;
        var entries = request.Images.Select(image => new IndexEntry(image.Manifest.Content.Descriptor, PlatformOf(image, index)));
        return ImageIndex.Create(entries).With(Annotations(content.Digest));
    }

    private async Task<Content> ReadBaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var source = request.OpenSource();
            return await source.GetManifestAsync(request.BaseImage, cancellationToken).ConfigureAwait(false);
        }
        catch (EstargzException e)
        {
            ImageRequest.ThrowExplained(request.Whence, e);
            throw;
        }
    }

    /// <summary>What all images say alike; of the base, that it is the base's index.</summary>
    private ImmutableSortedDictionary<string, string> Annotations(Digest baseImage)
    {
        var common = request.Images.Select(image => image.Manifest.Annotations.AsEnumerable()).Aggregate((all, next) => all.Intersect(next));
        return common.Where(annotation => annotation.Key.StartsWith(Annotation.Standard, StringComparison.Ordinal))
            .ToImmutableSortedDictionary(StringComparer.Ordinal)
            .SetItem(Annotation.BaseName, request.BaseName)
            .SetItem(Annotation.BaseDigest, baseImage.ToString())
            .SetItems(request.Annotations.Where(annotation => annotation.OnIndex).Select(annotation => KeyValuePair.Create(annotation.Name, annotation.Value)));
    }

    private static Platform PlatformOf(Image image, ImageIndex? index)
    {
        var platform = image.Config.Platform;
        var digest = image.Config.Labels.GetValueOrDefault(Annotation.BaseDigest);
        Platform[] same = [.. index?.Entries
            .Where(entry => entry.Descriptor.Digest.ToString() == digest || (digest is null && platform.DistanceTo(entry.Platform ?? platform) == 0))
            .Select(entry => entry.Platform).OfType<Platform>() ?? []];
        var ofBase = same is [var only] ? only : null;
        return platform with
        {
            Variant = platform.Variant ?? ofBase?.Variant,
            OsVersion = platform.OsVersion ?? ofBase?.OsVersion,
        };
    }
}
