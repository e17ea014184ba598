using System.Globalization;
using Estargz.Images;
using Estargz.Layers;
using Estargz.Transfers;

namespace Estargz.Tool;

/// <summary>What was found out about a layer of an image.</summary>
/// <param name="Layer">The layer, as manifest and configuration have it.</param>
/// <param name="Format">A word of <see cref="LayerFormat"/>; empty where the layer could not be read.</param>
/// <param name="Chunks">The number of chunks whose digest is right.</param>
/// <param name="Reasons">Why it is not lazy, in words that follow "layer 2 …"; empty where it is.</param>
internal sealed record LayerCheck(ImageLayer Layer, string Format, int Chunks, IReadOnlyList<string> Reasons)
{
    /// <summary>Copies of what is read of large files; null where there are none.</summary>
    public HotPieces? HotPieces { get; init; }

    /// <summary>Fetches a layer and checks it from its first byte to its last.</summary>
    /// <exception cref="EstargzException">A code of 4xxx or 5xxx: it cannot be fetched.</exception>
    public static async Task<LayerCheck> RunAsync(ImageSource source, ImageLayer layer, CancellationToken cancellationToken)
    {
        try
        {
            using var blob = await source.OpenLayerAsync(layer.Descriptor, cancellationToken);
            if (!LayerFormat.CanBeLazy(layer.Descriptor))
            {
                // eStargz is gzip, zstd:chunked is zstd; what else there is has its digest, and is not unpacked.
                var format = LayerFormat.Of(layer.Descriptor, index: null);
                return new LayerCheck(layer, format, 0, [$"is plain {format}"]);
            }

            var report = await LayerVerifier.VerifyAsync(blob, cancellationToken);
            return new LayerCheck(layer, LayerFormat.Of(layer.Descriptor, report.Index), report.Chunks, [.. Judge(layer, report)])
            {
                HotPieces = report.Index?.HotPieces,
            };
        }
        catch (EstargzException e) when (e.Code is DiagnosticCode.DigestMismatch or DiagnosticCode.NotFound)
        {
            return new LayerCheck(layer, "", 0, [$"cannot be had: {e.Message}"]);
        }
    }

    private static IEnumerable<string> Judge(ImageLayer layer, LayerReport report)
    {
        foreach (var finding in report.Findings)
        {
            yield return $"is damaged: {finding}";
        }

        if (report.DiffId is { } diffId && diffId != layer.DiffId)
        {
            yield return $"unpacks to {diffId}, but the configuration says {layer.DiffId}";
        }

        if (report.Index is null)
        {
            if (report.Findings.Count == 0)
            {
                yield return $"is plain {LayerFormat.Of(layer.Descriptor, null)}";
            }

            yield break;
        }

        if (report.Index.ZstdChunked is { } zstd)
        {
            foreach (var reason in Compare(layer.Descriptor, Annotation.ZstdChunkedManifestChecksum, zstd.ManifestChecksum, "no client reads it file by file")
                .Concat(Compare(layer.Descriptor, Annotation.ZstdChunkedManifestPosition, zstd.ManifestPosition, "no client reads it file by file"))
                .Concat(CompareTarSplit(layer.Descriptor, zstd.TarSplitPosition)))
            {
                yield return reason;
            }

            yield break;
        }

        foreach (var reason in Compare(layer.Descriptor, Annotation.TocDigest, report.Index.TocDigest.ToString(), "no client mounts it")
            .Concat(Compare(layer.Descriptor, Annotation.UncompressedSize, report.UncompressedSize.ToString(CultureInfo.InvariantCulture), "Podman and CRI-O unpack it whole")))
        {
            yield return reason;
        }

        if (layer.Descriptor.Annotations.TryGetValue(Annotation.OciTocDigest, out var oci) && oci != report.Index.TocDigest.ToString())
        {
            yield return $"has the annotation {Annotation.OciTocDigest} '{oci}', but '{report.Index.TocDigest}' is true";
        }
    }

    /// <summary>The size of the data before compression, behind the last colon, is not known here.</summary>
    private static IEnumerable<string> CompareTarSplit(Descriptor layer, string truth) =>
        layer.Annotations.TryGetValue(Annotation.ZstdChunkedTarSplitPosition, out var value) && (truth.Length == 0 || !value.StartsWith(truth, StringComparison.Ordinal))
            ? [$"has the annotation {Annotation.ZstdChunkedTarSplitPosition} '{value}', but '{truth}' is true"]
            : [];

    private static IEnumerable<string> Compare(Descriptor layer, string annotation, string truth, string consequence) =>
        !layer.Annotations.TryGetValue(annotation, out var value) ? [$"has no annotation {annotation}: {consequence}"]
        : value != truth ? [$"has the annotation {annotation} '{value}', but '{truth}' is true"]
        : [];
}
