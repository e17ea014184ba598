using System.Net.Http.Headers;
using System.Net.Security;

namespace Estargz.Registries;

/// <summary>Sends single requests: no redirects, no credentials of its own, no cookies, no decompression.</summary>
internal sealed class Transport : IDisposable
{
    private readonly Endpoint _endpoint;
    private readonly RegistryOptions _options;
    private readonly HttpClient _client;

    public Transport(Endpoint endpoint, RegistryOptions options)
    {
        _endpoint = endpoint;
        _options = options;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            Proxy = options.Network.Proxy,
            PreAuthenticate = false,
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            MaxResponseDrainSize = 64 * 1024,
            ConnectCallback = ConnectAsync,
        };
        if (endpoint.AllowsInsecure)
        {
            // Only for the registry itself, never for where it redirects to.
            handler.SslOptions.RemoteCertificateValidationCallback = (sender, _, _, errors) => errors == SslPolicyErrors.None
                || (sender is SslStream { TargetHostName: { } host } && endpoint.IsHost(host));
        }

        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends the request to this URL and waits for the head of the answer.</summary>
    public async Task<RegistryResponse> SendAsync(
        RegistryRequest request, Uri uri, AuthenticationHeaderValue? authorization, CancellationToken ct)
    {
        var watch = new IdleWatch(_options, ct);
        try
        {
            using var message = request.ToMessage(uri, authorization, watch);
            var answer = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, watch.Token);
            watch.Moved();
            return new RegistryResponse(request, uri, answer, watch, ct);
        }
        catch (Exception e)
        {
            watch.Dispose();
            if (e is EstargzException || (e as HttpRequestException)?.InnerException is EstargzException)
            {
                throw e as EstargzException ?? (EstargzException)e.InnerException!;
            }

            if (e is HttpRequestException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
            {
                throw Failed(uri, e, watch.IsCommitting);
            }

            throw;
        }
    }

    public void Dispose() => _client.Dispose();

    private static TransientFailure Failed(Uri uri, Exception cause, bool isCommitting)
    {
        bool neverMet = cause is HttpRequestException
        {
            HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
        };
        return new TransientFailure(RegistryError.Unreachable(uri, cause), cause)
        {
            // Whoever is silent for so long is silent the third time, too.
            Tries = neverMet || cause is OperationCanceledException ? 2 : int.MaxValue,
            IsCut = !neverMet,
            MayHaveArrived = isCommitting && !neverMet,
        };
    }

    /// <summary>
    /// The only place where a name becomes an address, so the address that was checked is the one connected to. What
    /// goes through a proxy is resolved by the proxy and is not for us to judge.
    /// </summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var host = context.DnsEndPoint.Host;
        bool own = _endpoint.IsHost(host);
        bool direct = context.InitialRequestMessage is { RequestUri: { } uri } message && message.Method != HttpMethod.Connect
            && uri.IdnHost.Trim('[', ']').Equals(host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);
        Exception? failure = null;
        foreach (var address in await _options.Network.ResolveAsync(host, ct))
        {
            bool isPrivate = PrivateAddress.Contains(address);
            if (isPrivate && direct && !own && !_endpoint.IsPrivate)
            {
                throw TargetGuard.Untrusted(_endpoint, $"to '{host}', which is on a private network");
            }

            try
            {
                var stream = await _options.Network.ConnectAsync(new(address, context.DnsEndPoint.Port), ct);
                if (own && direct)
                {
                    _endpoint.IsPrivate = isPrivate;
                }

                return stream;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failure = e;
            }
        }

        throw failure ?? new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound);
    }
}
