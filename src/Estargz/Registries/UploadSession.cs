using System.Globalization;
using System.Net;
using Estargz.Images;

namespace Estargz.Registries;

/// <summary>An upload that a registry has begun: its URL changes with every step (distribution spec, "Pushing blobs").</summary>
internal sealed class UploadSession
{
    /// <summary>More than this is nonsense, not a chunk.</summary>
    private const long LargestMinimum = 1L << 30;

    private static readonly TimeSpan AbandonLimit = TimeSpan.FromSeconds(2);

    private readonly RegistryConnection _connection;
    private readonly string _repository;

    private UploadSession(RegistryConnection connection, string repository, RegistryResponse response)
    {
        _connection = connection;
        _repository = repository;
        Location = TargetGuard.Location(connection.Endpoint, response);
        MinimumChunk = long.TryParse(response.Header("OCI-Chunk-Min-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out long minimum)
            && minimum <= LargestMinimum ? minimum : 0;
    }

    /// <summary>Where the next step goes.</summary>
    public Uri Location { get; private set; }

    /// <summary>The smallest chunk that the registry takes, in bytes; 0 if it does not say.</summary>
    public long MinimumChunk { get; }

    /// <summary>
    /// Begins an upload; null if the registry mounted the blob instead. Where a cancel comes before the answer, that is
    /// waited for a little: nothing else tells the URL of the session, without which nobody can take it back.
    /// </summary>
    public static async Task<UploadSession?> StartAsync(
        RegistryConnection connection, string repository, Digest? digest, string? mountFrom, CancellationToken ct)
    {
        var path = "blobs/uploads/";
        if (mountFrom is not null)
        {
            path += $"?mount={Uri.EscapeDataString(digest!.ToString())}&from={Uri.EscapeDataString(mountFrom)}";
        }

        using var limit = new CancellationTokenSource();
        await using var canceled = ct.Register(() => limit.CancelAfter(AbandonLimit));
        UploadSession? session;
        try
        {
            var request = RegistryRequest.Push(HttpMethod.Post, repository, path, mountFrom) with { AnswerLimit = limit.Token };
            using var response = await connection.SendOnceAsync(request, ct);
            session = response.Status switch
            {
                HttpStatusCode.Accepted => new(connection, repository, response),
                HttpStatusCode.Created when mountFrom is not null => null,
                _ => throw await RegistryError.ReadAsync(response),
            };
        }
        catch (Exception e) when (e is EstargzException or TransientFailure)
        {
            ct.ThrowIfCancellationRequested();
            throw;
        }

        if (ct.IsCancellationRequested)
        {
            await (session?.AbandonAsync() ?? Task.CompletedTask);
            ct.ThrowIfCancellationRequested();
        }

        return session;
    }

    /// <summary>Sends the next step. Behind a PUT there is none: where its answer points to is not looked at.</summary>
    public async Task<RegistryResponse> SendAsync(HttpMethod method, Uri location, Func<IdleWatch, HttpContent>? content, CancellationToken ct)
    {
        var response = await _connection.SendOnceAsync(RegistryRequest.Session(method, _repository, location) with { Content = content }, ct);
        if (method != HttpMethod.Put && (int)response.Status is (>= 200 and < 300) or 416 && response.Header("Location") is not null)
        {
            Location = TargetGuard.Location(_connection.Endpoint, response);
        }

        return response;
    }

    /// <summary>The URL of the step that ends the upload.</summary>
    public Uri EndOf(Digest digest)
    {
        // Other parameters are the registry's state and stay; a digest of its own would contradict ours.
        var kept = Location.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(part => !part.StartsWith("digest=", StringComparison.OrdinalIgnoreCase));
        return new UriBuilder(Location) { Query = string.Join('&', kept.Append("digest=" + Uri.EscapeDataString(digest.ToString()))), Fragment = "" }.Uri;
    }

    /// <summary>Tells the registry that the upload will not go on. That it fails matters to nobody (end-14).</summary>
    public async Task AbandonAsync()
    {
        using var limit = new CancellationTokenSource(AbandonLimit);
        try
        {
            (await _connection.SendOnceAsync(RegistryRequest.Session(HttpMethod.Delete, _repository, Location), limit.Token)).Dispose();
        }
        catch (Exception e) when (e is TransientFailure or EstargzException or OperationCanceledException)
        {
        }
    }
}
