using System.IO.Compression;
using Estargz.Images;
using ZstdSharp;

namespace Estargz.Layers;

/// <summary>Opens the tar inside a layer: uncompressed, gzip or zstd.</summary>
internal static class LayerDecompressor
{
    /// <summary>No layer unpacks to more bytes: a limit against archives made to fill a disk.</summary>
    public const long MaxUncompressed = 64L << 30;

    private const int HeaderSize = 4;

    /// <summary>Copies the tar inside a layer to a stream.</summary>
    /// <param name="blob">The layer's blob.</param>
    /// <param name="mediaType">Its media type; the compression is read from the blob itself, as runtimes do.</param>
    /// <param name="tar">Where the tar goes.</param>
    /// <param name="cancellationToken">Stops between buffers.</param>
    /// <returns>Digest of the tar: the layer's diffID.</returns>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.LayerDamaged"/>, <see cref="DiagnosticCode.LayerMediaType"/> or <see cref="DiagnosticCode.LayerLimit"/>.
    /// </exception>
    public static async Task<Digest> DecompressAsync(Stream blob, string mediaType, Stream tar, CancellationToken cancellationToken)
    {
        if (MediaType.ToOci(mediaType) is not (MediaType.LayerTar or MediaType.LayerGzip or MediaType.LayerZstd))
        {
            throw new EstargzException(
                DiagnosticCode.LayerMediaType,
                $"The image has a layer of type '{mediaType}', which cannot be converted. In a publish, EstargzBaseImage=keep leaves the base image's layers as they are.");
        }

        var header = new byte[HeaderSize];
        int headerLength = await blob.ReadAtLeastAsync(header, HeaderSize, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        blob.Position = 0;
        try
        {
            using var decompressed = new DigestingStream(Open(blob, header.AsSpan(0, headerLength)));
            var buffer = new byte[1 << 20];
            for (int count; (count = decompressed.Read(buffer)) > 0;)
            {
                await tar.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                if (decompressed.Count > MaxUncompressed)
                {
                    throw new EstargzException(
                        DiagnosticCode.LayerLimit,
                        $"A layer of the image unpacks to more than {MaxUncompressed >> 30} GiB; that is not converted.");
                }
            }

            return decompressed.Finish();
        }
        catch (Exception e) when (e is InvalidDataException or ZstdException or EndOfStreamException)
        {
            throw new EstargzException(DiagnosticCode.LayerDamaged, $"A layer of the image cannot be decompressed: {(e is InvalidDataException ? "its gzip data are damaged." : e.Message)}", e);
        }
    }

    private static Stream Open(Stream blob, ReadOnlySpan<byte> header) =>
        header.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? new GZipStream(blob, CompressionMode.Decompress, leaveOpen: true)
        : ZstdFrame.Begins(header) ? new DecompressionStream(blob, leaveOpen: true)
        : blob;
}
