using System.Globalization;
using System.Net.Http.Headers;
using Estargz.Images;

namespace Estargz.Registries;

/// <summary>Sends a blob chunk by chunk (distribution spec, "Pushing a blob in chunks").</summary>
internal sealed class ChunkedUpload(UploadSession session, Descriptor blob, long chunkSize)
{
    /// <summary>Sends all chunks, but not the PUT that ends the upload.</summary>
    /// <param name="body">Makes the body with the bytes from an offset, of a length.</param>
    /// <param name="ct">Cancels.</param>
    public async Task RunAsync(Func<long, long, IdleWatch, BlobContent> body, CancellationToken ct)
    {
        int stuck = 0;
        for (long offset = 0; offset < blob.Size;)
        {
            long from = offset, length = Math.Min(chunkSize, blob.Size - offset);
            using var response = await session.SendAsync(HttpMethod.Patch, session.Location, watch => Chunk(body(from, length, watch), from, length), ct);
            long next = await NextAsync(response, from, length, ct);
            if (next > from + length)
            {
                throw RegistryError.Answer(response, $"it claims {next} bytes of {from + length} sent");
            }

            stuck = next > from ? 0 : stuck + 1;
            if (stuck == 2)
            {
                throw new EstargzException(DiagnosticCode.UploadRefused,
                    $"{response.Display}, but the registry discards the chunks of an upload. Do not force chunked uploads; if it refuses large blobs, raise its limit.");
            }

            offset = next;
        }
    }

    private static BlobContent Chunk(BlobContent content, long from, long length)
    {
        // Not the "bytes 0-9/10" of HTTP: the distribution spec wants "0-9".
        content.Headers.TryAddWithoutValidation("Content-Range", string.Create(CultureInfo.InvariantCulture, $"{from}-{from + length - 1}"));
        return content;
    }

    /// <summary>Where the registry wants the next chunk to begin.</summary>
    private async Task<long> NextAsync(RegistryResponse response, long from, long length, CancellationToken ct)
    {
        switch ((int)response.Status)
        {
            case 201 or 202 or 204:
                return Received(response, from + length) ?? from + length;
            case 416 when Received(response, from + length) is { } received:
                return received;
            case 416:
                using (var status = await session.SendAsync(HttpMethod.Get, session.Location, null, ct))
                {
                    return (int)status.Status is 200 or 204 && Received(status, from + length) is { } known ? known : throw await GoneAsync(status);
                }

            case 404:
                throw await GoneAsync(response);
            default:
                throw await RegistryError.ReadAsync(response);
        }
    }

    private static async Task<TransientFailure> GoneAsync(RegistryResponse response) => new(await RegistryError.ReadAsync(response));

    /// <summary>The bytes that a <c>Range: 0-last</c> header stands for, if it is one.</summary>
    private static long? Received(RegistryResponse response, long sent)
    {
        if (response.Header("Range") is not { } text || !RangeHeaderValue.TryParse("bytes=" + text.Replace("bytes=", "", StringComparison.Ordinal), out var range)
            || range.Ranges.Single() is not { From: 0, To: { } last })
        {
            return null;
        }

        // Registries write "0-0" for nothing as well as for one byte.
        return last == 0 && sent > 1 ? 0 : last + 1;
    }
}
