using System.Buffers;

namespace Estargz.Images;

/// <summary>Copies a blob to a file, and sees that it is the one that its descriptor describes.</summary>
internal static class BlobCopy
{
    private const int BufferSize = 1 << 17;

    /// <summary>Copies as many bytes as the blob has. The check comes last: when this fails, the copy must not be used.</summary>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.DigestMismatch"/> or <see cref="DiagnosticCode.DestinationUnwritable"/>.
    /// </exception>
    public static async Task CopyAsync(Descriptor blob, Stream source, NewFile target, CancellationToken cancellationToken)
    {
        using var digest = blob.Digest.CreateHash();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long left = blob.Size;
            for (int count; (count = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0; left -= count)
            {
                if (count > left)
                {
                    throw Mismatch(blob);
                }

                digest.AppendData(buffer, 0, count);
                await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }

            if (left != 0 || !blob.Digest.Matches(digest.GetHashAndReset()))
            {
                throw Mismatch(blob);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static EstargzException Mismatch(Descriptor blob) => new(
        DiagnosticCode.DigestMismatch,
        $"Blob {blob.Digest} changed while it was copied: it has another size or digest than its descriptor says. Publish again.");
}
