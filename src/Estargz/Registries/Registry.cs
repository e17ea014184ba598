using System.Collections.Concurrent;
using Estargz.Images;

namespace Estargz.Registries;

/// <summary>
/// A registry: reads and writes manifests and blobs by the OCI distribution specification. Made for one publish: what
/// it learns (credentials, tokens, whether there is TLS) ends with it. Safe for use from many threads. Its methods
/// fail with <see cref="EstargzException"/>, codes <c>ESTARGZ4001</c> to <c>ESTARGZ4010</c>, and with
/// <see cref="OperationCanceledException"/> when canceled.
/// </summary>
public sealed class Registry : IDisposable
{
    private readonly RegistryConnection _connection;
    private readonly ManifestTransfer _manifests;
    private readonly Referrers _referrers;
    private readonly ChunkSize _chunkSize;
    private readonly SemaphoreSlim _transfers;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _uploads = [];

    /// <summary>Nothing is sent, and no credentials are looked for, before the first request.</summary>
    /// <param name="host">Host, with port where it is not the default one, as in <see cref="Reference.Registry"/>.</param>
    /// <param name="options">Everything else.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidProperty"/>: a variable of the
    /// environment; <see cref="DiagnosticCode.InvalidReference"/>: the host.</exception>
    public Registry(string host, RegistryOptions options)
    {
        Host = host;
        _chunkSize = new(host, options);
        _connection = new(host, options);
        _manifests = new(_connection);
        _referrers = new(_connection, _manifests);
        bool serial = ChunkSize.IsEcr(host) || (bool.TryParse(options.Variable("REGISTRY_PARALLEL_UPLOAD"), out bool parallel) && !parallel);
        _transfers = new(serial ? 1 : options.Transfers);
    }

    /// <summary>Host and port as given.</summary>
    public string Host { get; }

    /// <summary>Reads a manifest or index: at most 4 MiB, checked against the reference's digest and the registry's.</summary>
    public Task<Content> GetManifestAsync(Reference reference, CancellationToken ct) => _manifests.GetAsync(reference, ct);

    /// <summary>What the registry says of a manifest, without reading it if possible; null if there is none.</summary>
    public Task<Descriptor?> FindManifestAsync(Reference reference, CancellationToken ct) => _manifests.FindAsync(reference, ct);

    /// <summary>Whether a repository has a blob, in the size that the descriptor says.</summary>
    public async Task<bool> HasBlobAsync(string repository, Descriptor blob, CancellationToken ct)
    {
        using var response = await _connection.SendAsync(RegistryRequest.Pull(HttpMethod.Head, repository, $"blobs/{blob.Digest}"), ct);
        return BlobUpload.IsThere(response, blob);
    }

    /// <summary>Reads a small blob, such as a configuration, checked against its descriptor's size and digest.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="limit">The most bytes that it may have.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<Content> GetBlobAsync(string repository, Descriptor blob, int limit, CancellationToken ct)
    {
        if (blob.Size > limit)
        {
            throw new EstargzException(DiagnosticCode.ImageMalformed,
                $"Blob {blob.Digest} of '{repository}' at '{Host}' has {blob.Size} bytes; at most {limit} are allowed here. Use another image.");
        }

        using var bytes = new MemoryStream((int)blob.Size);
        await new BlobDownload(_connection, repository, blob).CopyAsync(bytes, ct);
        return new Content(blob.MediaType, bytes.ToArray());
    }

    /// <summary>
    /// Writes a blob to a stream, checked against its descriptor's size and digest. The check comes last: when this
    /// fails, what was written must not be used.
    /// </summary>
    public async Task DownloadBlobAsync(string repository, Descriptor blob, Stream destination, CancellationToken ct)
    {
        await _transfers.WaitAsync(ct);
        try
        {
            await new BlobDownload(_connection, repository, blob).CopyAsync(destination, ct);
        }
        finally
        {
            _transfers.Release();
        }
    }

    /// <summary>
    /// Reads bytes from the middle of a blob. They are as many as asked for, but nothing vouches for them: check them
    /// against a digest of the TOC.
    /// </summary>
    /// <param name="repository">The repository.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">How many; the part lies within the blob.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<ReadOnlyMemory<byte>> ReadBlobRangeAsync(string repository, Descriptor blob, long offset, int length, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, blob.Size - length);
        return length == 0 ? default : await new BlobDownload(_connection, repository, blob).ReadRangeAsync(offset, length, ct);
    }

    /// <summary>Brings a blob into a repository with as few bytes as possible. The same blob twice at once is sent once.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="blob">Size and digest of the bytes.</param>
    /// <param name="open">Opens the bytes at their start, once for each try; the stream should be able to seek.</param>
    /// <param name="mountFrom">A repository of this registry that has the blob, or null.</param>
    /// <param name="ct">Cancels; an upload that has begun is taken back, for which there are two seconds, and two more where
    /// the registry is just beginning it.</param>
    public async Task<PushedBlob> PushBlobAsync(string repository, Descriptor blob, Func<Stream> open, string? mountFrom, CancellationToken ct)
    {
        var gate = _uploads.GetOrAdd($"{repository}@{blob.Digest}", _ => new(1));
        await gate.WaitAsync(ct);
        try
        {
            await _transfers.WaitAsync(ct);
            try
            {
                return await new BlobUpload(_connection, _chunkSize, repository, blob, open).RunAsync(mountFrom, ct);
            }
            finally
            {
                _transfers.Release();
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>
    /// Writes a manifest or index under a tag or its digest. A blob that the registry misses is
    /// <see cref="DiagnosticCode.NotFound"/>.
    /// </summary>
    public Task PushManifestAsync(string repository, string tagOrDigest, Content manifest, CancellationToken ct) =>
        _manifests.PushAsync(repository, tagOrDigest, manifest, ct);

    /// <summary>
    /// Writes an artifact: its blob, and a manifest, under its digest alone, that the registry or, where it cannot, this
    /// lists among what refers to its subject.
    /// </summary>
    /// <param name="repository">The repository, which has the subject.</param>
    /// <param name="artifact">The artifact.</param>
    /// <param name="open">Opens the blob, once for each try.</param>
    /// <param name="ct">Cancels.</param>
    public async Task PushArtifactAsync(string repository, Artifact artifact, Func<Stream> open, CancellationToken ct)
    {
        await PushBlobAsync(repository, artifact.Blob, open, null, ct);
        await PushBlobAsync(repository, Artifact.Config.Descriptor, Artifact.Config.OpenRead, null, ct);
        await _referrers.AddAsync(repository, artifact, ct);
    }

    /// <summary>The manifests of the artifacts of one type that refer to an image.</summary>
    public Task<IReadOnlyList<Descriptor>> ListReferrersAsync(string repository, Digest image, string type, CancellationToken ct) =>
        _referrers.ListAsync(repository, image, type, ct);

    /// <summary>Fails now, before any work, if the registry cannot be reached or does not allow a push.</summary>
    public Task CheckPushAccessAsync(string repository, CancellationToken ct) => _connection.Retries.RunAsync(async token =>
    {
        var session = await UploadSession.StartAsync(_connection, repository, null, null, token);
        await session!.AbandonAsync();
    }, ct);

    /// <summary>Ends all connections.</summary>
    public void Dispose()
    {
        _connection.Dispose();
        _transfers.Dispose();
        foreach (var gate in _uploads.Values)
        {
            gate.Dispose();
        }
    }
}
