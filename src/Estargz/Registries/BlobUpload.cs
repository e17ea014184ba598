using System.Net;
using Estargz.Images;

namespace Estargz.Registries;

/// <summary>
/// Brings one blob into a repository: not at all if it is there, by mounting, in one piece, or in chunks where a
/// registry or a proxy wants those. A failed try starts over with a look whether the blob has arrived after all.
/// </summary>
internal sealed class BlobUpload(RegistryConnection connection, ChunkSize chunkSize, string repository, Descriptor blob, Func<Stream> open)
{
    private bool _chunked = chunkSize.IsForced;
    private bool _wholeChunk = chunkSize.MayBeWhole;
    private bool _mayMount = true;
    private int _cuts;
    private int _tries;

    public Task<PushedBlob> RunAsync(string? mountFrom, CancellationToken ct) =>
        connection.Retries.RunAsync(token => TryAsync(mountFrom == repository ? null : mountFrom, token), ct);

    /// <summary>Whether the repository has the blob, in its right size.</summary>
    public async Task<bool> ExistsAsync(CancellationToken ct)
    {
        using var response = await connection.SendOnceAsync(RegistryRequest.Push(HttpMethod.Head, repository, $"blobs/{blob.Digest}"), ct);
        return IsThere(response, blob);
    }

    public static bool IsThere(RegistryResponse response, Descriptor blob) =>
        response.Status == HttpStatusCode.OK && response.ContentType != "text/html" && response.Length == blob.Size;

    private async Task<PushedBlob> TryAsync(string? mountFrom, CancellationToken ct)
    {
        bool first = _tries++ == 0;
        if (await ExistsAsync(ct))
        {
            return first ? PushedBlob.Existed : PushedBlob.Uploaded;
        }

        var session = await (_mayMount && mountFrom is not null ? MountAsync(mountFrom, ct) : StartAsync(ct));
        if (session is null)
        {
            return PushedBlob.Mounted;
        }

        _mayMount = false;
        if (!_chunked && await SendWholeAsync(session, ct) is { } refusal)
        {
            _chunked = true;
            await SendChunksAsync((await StartAsync(ct))!, refusal, ct);
        }
        else if (_chunked)
        {
            await SendChunksAsync(session, null, ct);
        }

        return PushedBlob.Uploaded;
    }

    private Task<UploadSession?> StartAsync(CancellationToken ct) => UploadSession.StartAsync(connection, repository, null, null, ct);

    private async Task<UploadSession?> MountAsync(string from, CancellationToken ct)
    {
        try
        {
            return await UploadSession.StartAsync(connection, repository, blob.Digest, from, ct);
        }
        catch (Exception e) when (e is EstargzException or TransientFailure)
        {
            // Mounting is a favour: a registry that refuses it, or fails at it, may still take the bytes.
            _mayMount = false;
            return await StartAsync(ct);
        }
    }

    /// <summary>One PUT. Returns what the registry has against it, where chunks could help.</summary>
    private async Task<EstargzException?> SendWholeAsync(UploadSession session, CancellationToken ct)
    {
        try
        {
            using var response = await session.SendAsync(HttpMethod.Put, session.EndOf(blob.Digest), watch => Body(0, blob.Size, watch, isLast: true), ct);
            int status = (int)response.Status;
            if (status is not (501 or (>= 400 and < 500 and not 401)))
            {
                await EndAsync(response);
                return null;
            }

            // There are registries that take a blob by PATCH only, as Docker sends it, and they refuse this in many ways.
            _wholeChunk = status is not (413 or 416);
            await session.AbandonAsync();
            return await RegistryError.ReadAsync(response);
        }
        catch (TransientFailure failure) when (failure.IsCut)
        {
            // A proxy that refuses large bodies may just hang up, and so may a bad line: the second time, chunks.
            _chunked = ++_cuts > 1;
            await AbandonAsync(session, failure);
            throw;
        }
        catch (Exception e) when (e is EstargzException or TransientFailure or OperationCanceledException)
        {
            await AbandonAsync(session, e);
            throw;
        }
    }

    private async Task SendChunksAsync(UploadSession session, EstargzException? refusal, CancellationToken ct)
    {
        try
        {
            await new ChunkedUpload(session, blob, chunkSize.For(session, _wholeChunk)).RunAsync((offset, length, watch) => Body(offset, length, watch), ct);
            using var response = await session.SendAsync(HttpMethod.Put, session.EndOf(blob.Digest), End, ct);
            await EndAsync(response);
        }
        catch (Exception e) when (e is EstargzException or TransientFailure or OperationCanceledException)
        {
            await AbandonAsync(session, e);
            if (refusal is not null && e is EstargzException or TransientFailure { Error.Code: not DiagnosticCode.RegistryUnreachable })
            {
                throw UploadRefusal.Of(refusal!, e as EstargzException ?? ((TransientFailure)e).Error);
            }

            _wholeChunk = false;
            throw;
        }

        if (refusal is not null)
        {
            chunkSize.Force(_wholeChunk);
        }
    }

    /// <summary>What the registry may still be keeping is not taken away from it: the next try looks for the blob first.</summary>
    private static Task AbandonAsync(UploadSession session, Exception failure) =>
        failure is TransientFailure { MayHaveArrived: true } ? Task.CompletedTask : session.AbandonAsync();

    private BlobContent Body(long offset, long length, IdleWatch watch, bool isLast = false) =>
        new(open, offset, length, watch) { IsLast = isLast, Headers = { ContentType = new("application/octet-stream") } };

    /// <summary>The body that only ends an upload: none.</summary>
    private static ByteArrayContent End(IdleWatch watch)
    {
        watch.AwaitCommit();
        return new([]);
    }

    private async Task EndAsync(RegistryResponse response)
    {
        if (response.Status != HttpStatusCode.Created)
        {
            var error = await RegistryError.ReadAsync(response);
            throw error.Message.Contains("DIGEST_INVALID", StringComparison.Ordinal) ? new TransientFailure(error) { Tries = 2 } : error;
        }

        if (response.ContentDigest() is { } digest && digest != blob.Digest)
        {
            throw new EstargzException(DiagnosticCode.DigestMismatch,
                $"{response.Display}, but it stored {digest} and not {blob.Digest}. A proxy may have changed the bytes; try again without one.");
        }
    }
}
