using System.Net;
using System.Net.Security;
using System.Text.RegularExpressions;

namespace Estargz.Recording;

/// <summary>The first answer 200 to a GET, see <see cref="Readiness.Http"/>.</summary>
internal sealed partial record HttpReadiness : Readiness
{
    private const int MaxBody = 4 << 20;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly Uri? _url;
    private readonly string _path;
    private string _last = "";

    public HttpReadiness(string target)
    {
        bool isPath = target.StartsWith('/');
        if (!isPath && (!Uri.TryCreate(target, UriKind.Absolute, out _url) || _url.Scheme is not ("http" or "https")))
        {
            throw new EstargzException(
                DiagnosticCode.InvalidProperty,
                $"'{target}' cannot tell when the app is ready. Give a path such as '/health', or a URL that begins with http:// or https://.");
        }

        (_url, _path) = _url is { Port: 0 } ? (null, _url.PathAndQuery) : (_url, target);
    }

    internal override Func<CancellationToken, Task> Begin(AppOutput output, int? port)
    {
        var announced = output.WhenMatches(Address());
        return async token =>
        {
            using var handler = new SocketsHttpHandler { UseProxy = false, MaxAutomaticRedirections = 5, ConnectTimeout = TimeSpan.FromSeconds(1) };
            // A developer's certificate is good enough for an app of this machine.
            handler.SslOptions.RemoteCertificateValidationCallback = (sender, _, _, errors) =>
                errors == SslPolicyErrors.None || IsThisMachine(((SslStream)sender).TargetHostName);
            using var client = new HttpClient(handler) { MaxResponseContentBufferSize = MaxBody };
            while (true)
            {
                var url = _url ?? (announced.IsCompletedSuccessfully ? At(announced.Result.Value) : port is null ? null : new Uri($"http://127.0.0.1:{port}{_path}"));
                if (url is not null && await IsReadyAsync(client, url, token).ConfigureAwait(false))
                {
                    return;
                }

                await Task.Delay(Interval, token).ConfigureAwait(false);
            }
        };
    }

    internal override string Describe() => $"the answer 200 from '{_url?.ToString() ?? _path}'{_last}";

    private async Task<bool> IsReadyAsync(HttpClient client, Uri url, CancellationToken token)
    {
        try
        {
            // With the body: what the app reads to write it belongs to its start.
            using var response = await client.GetAsync(url, token).ConfigureAwait(false);
            _last = $" (the last answer was {(int)response.StatusCode})";
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !token.IsCancellationRequested))
        {
            return false; // It does not listen yet.
        }
    }

    private static bool IsThisMachine(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>An app that listens on all addresses is asked at the nearest.</summary>
    private Uri At(string address)
    {
        var (scheme, rest) = (address[..address.IndexOf("://", StringComparison.Ordinal)], address[(address.IndexOf("://", StringComparison.Ordinal) + 3)..]);
        foreach (var any in (string[])["0.0.0.0:", "[::]:", "+:", "*:"])
        {
            rest = rest.StartsWith(any, StringComparison.Ordinal) ? "127.0.0.1:" + rest[any.Length..] : rest;
        }

        return new Uri($"{scheme}://{rest.TrimEnd('/')}{_path}");
    }

    [GeneratedRegex("""(?<=Now listening on: ["']?)https?://[^\s"',\x1b/]+""")]
    private static partial Regex Address();
}
