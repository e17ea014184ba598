using System.Net;
using System.Net.Security;

namespace Estargz.Recording;

/// <summary>Asks an app of this machine for a URL, in whichever version of HTTP it speaks.</summary>
internal sealed class HttpProbe : IDisposable
{
    private const long MaxBody = 64 << 20;

    private const int MaxRedirects = 5;

    private static readonly TimeSpan MaxBodyTime = TimeSpan.FromSeconds(2);

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false, // Some lead away from the app.
        ConnectTimeout = TimeSpan.FromSeconds(1),
        SslOptions =
        {
            // A developer's certificate is good enough for an app of this machine.
            RemoteCertificateValidationCallback = (sender, _, _, errors) => errors == SslPolicyErrors.None || IsThisMachine(((SslStream)sender).TargetHostName),
        },
    });

    /// <summary>
    /// Gets the answer, and reads a body that goes with 200. Redirects are followed within the app, to the same host or
    /// this machine: where people sign in, say, is another server, which answers whether the app is ready or not.
    /// </summary>
    /// <returns>Null if there is none, because nobody listens yet or does not speak HTTP.</returns>
    public async Task<HttpAnswer?> GetAsync(Uri url, CancellationToken token)
    {
        var answer = await GetOneAsync(url, token).ConfigureAwait(false);
        for (int redirects = 0; redirects < MaxRedirects && answer?.Location is { } next && IsOfApp(next, url); redirects++)
        {
            if (await GetOneAsync(next, token).ConfigureAwait(false) is not { } following)
            {
                break;
            }

            answer = following;
        }

        return answer;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<HttpAnswer?> GetOneAsync(Uri url, CancellationToken token)
    {
        var (answer, isConnected) = await TryAsync(url, HttpVersion.Version11, token).ConfigureAwait(false);

        // An endpoint for HTTP/2 alone, as gRPC has it, takes HTTP/1.1 for a mistake.
        return isConnected && answer is null or { Status: HttpStatusCode.BadRequest }
            ? (await TryAsync(url, HttpVersion.Version20, token).ConfigureAwait(false)).Answer ?? answer
            : answer;
    }

    private async Task<(HttpAnswer? Answer, bool IsConnected)> TryAsync(Uri url, Version version, CancellationToken token)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                await ReadBodyAsync(response.Content, token).ConfigureAwait(false);
            }

            bool isRedirect = response.StatusCode is >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest;
            return (new HttpAnswer(response.StatusCode, isRedirect && Uri.TryCreate(url, response.Headers.Location, out var location) ? location : null), true);
        }
        catch (HttpRequestException e)
        {
            return (null, e.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError));
        }
        catch (Exception e) when (e is IOException || (e is OperationCanceledException && !token.IsCancellationRequested))
        {
            return (null, false); // The body broke off, or it took too long.
        }
    }

    /// <summary>What the app reads to write the body belongs to its start; but a stream of events has no end.</summary>
    private static async Task ReadBodyAsync(HttpContent content, CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(MaxBodyTime);
        try
        {
            using var body = await content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            var buffer = new byte[1 << 16];
            int read = -1;
            for (long left = MaxBody; left > 0 && read != 0; left -= read)
            {
                read = await body.ReadAsync(buffer, limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            // It was enough to see that the app answers.
        }
    }

    private static bool IsOfApp(Uri next, Uri asked) =>
        next.Scheme is "http" or "https" && (next.IdnHost.Equals(asked.IdnHost, StringComparison.OrdinalIgnoreCase) || IsThisMachine(next.IdnHost));

    private static bool IsThisMachine(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
