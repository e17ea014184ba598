using System.Net;
using Estargz.Images;

namespace Estargz.Registries;

/// <summary>Reads blobs, whole or in part (distribution spec, "Pulling blobs").</summary>
internal sealed class BlobDownload(RegistryConnection connection, string repository, Descriptor blob)
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Writes the blob to a stream; goes on where a broken connection stopped.</summary>
    public async Task CopyAsync(Stream destination, CancellationToken ct)
    {
        using var running = blob.Digest.CreateHash();
        long received = 0;
        bool isComplete = false;
        while (!isComplete)
        {
            await connection.Retries.RunAsync(async token =>
            {
                long before = received;
                try
                {
                    using var response = await OpenAsync(received, received == 0 ? null : blob.Size - 1, token);
                    var body = await response.OpenAsync();
                    await SkipAsync(response, body, received, token);
                    var buffer = new byte[BufferSize];
                    while (!isComplete)
                    {
                        // One byte more than there should be tells a blob that is too long.
                        int wanted = (int)Math.Min(buffer.Length, blob.Size - received + 1);
                        int read = await response.ReadAsync(body, buffer.AsMemory(0, wanted));
                        if (read > blob.Size - received || (read == 0 && received != blob.Size))
                        {
                            throw Mismatch(response, read > 0 ? $"more than {blob.Size} bytes" : $"{received} bytes and not {blob.Size}");
                        }

                        running.AppendData(buffer, 0, read);
                        received += read;
                        await destination.WriteAsync(buffer.AsMemory(0, read), token);
                        isComplete = read == 0;
                    }
                }
                catch (TransientFailure) when (received > before)
                {
                    // However often a line breaks, it is good enough as long as something comes. Tries without a byte count.
                    isComplete = received == blob.Size;
                    await connection.Retries.PauseAsync(token);
                }
            }, ct);
        }

        if (!blob.Digest.Matches(running.GetHashAndReset()))
        {
            throw new EstargzException(DiagnosticCode.DigestMismatch,
                $"Blob {blob.Digest} of '{repository}' at '{connection.Endpoint.Registry}' is not what its digest says. A proxy or the registry's storage damaged it; try again without a proxy.");
        }
    }

    /// <summary>Reads a part of the blob. Its bytes cannot be checked against the digest of the whole.</summary>
    public Task<byte[]> ReadRangeAsync(long offset, int length, CancellationToken ct) => connection.Retries.RunAsync(async token =>
    {
        using var response = await OpenAsync(offset, offset + length - 1, token);
        var body = await response.OpenAsync();
        await SkipAsync(response, body, offset, token);
        var part = new byte[length];
        for (int at = 0; at < length;)
        {
            int read = await response.ReadAsync(body, part.AsMemory(at));
            at += read > 0 ? read : throw Mismatch(response, $"{at} bytes of {length} from {offset}");
        }

        // What a server that ignores ranges would still send is cut off here.
        return part;
    }, ct);

    private async Task<RegistryResponse> OpenAsync(long from, long? to, CancellationToken ct)
    {
        var request = RegistryRequest.Pull(HttpMethod.Get, repository, $"blobs/{blob.Digest}");
        var response = await connection.SendOnceAsync(to is null ? request : request with { Range = new(from, to) }, ct);
        if (response.Status == HttpStatusCode.RequestedRangeNotSatisfiable && to is not null)
        {
            // Some storage has no ranges of what it compresses or just fetches. It has the whole.
            response.Dispose();
            response = await connection.SendOnceAsync(request, ct);
        }

        try
        {
            bool expected = response.Status == HttpStatusCode.OK || (response.Status == HttpStatusCode.PartialContent && to is not null);
            if (!expected || response.ContentType == "text/html")
            {
                throw await RegistryError.ReadAsync(response);
            }

            return response.Status != HttpStatusCode.PartialContent || response.RangeStart == from ? response
                : throw RegistryError.Answer(response, "it is another part of the blob than was asked for");
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>A server may ignore the range and send the whole (RFC 9110, section 14.2).</summary>
    private static async Task SkipAsync(RegistryResponse response, Stream body, long offset, CancellationToken ct)
    {
        var buffer = new byte[response.Status == HttpStatusCode.OK && offset > 0 ? BufferSize : 0];
        for (long left = buffer.Length == 0 ? 0 : offset; left > 0;)
        {
            ct.ThrowIfCancellationRequested();
            int read = await response.ReadAsync(body, buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)));
            left -= read > 0 ? read : throw Mismatch(response, $"{offset - left} bytes, too few");
        }
    }

    private static EstargzException Mismatch(RegistryResponse response, string what) =>
        new(DiagnosticCode.DigestMismatch, $"{response.Display} with {what}. The registry's storage or a proxy is broken; try again.");
}
