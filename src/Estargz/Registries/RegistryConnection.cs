using System.Net;
using System.Net.Http.Headers;

namespace Estargz.Registries;

/// <summary>Requests to one registry, with its credentials where they belong, redirects followed and failures retried.</summary>
internal sealed class RegistryConnection : IDisposable
{
    private const int MaxRedirects = 10;

    private readonly RegistryOptions _options;
    private readonly Transport _transport;
    private readonly Authorization _authorization;
    private readonly RegistryWarnings _warnings;

    public RegistryConnection(string registry, RegistryOptions options)
    {
        _options = options;
        _warnings = new(options.Warn);
        Retries = new(options);
        Endpoint = new(registry, options);
        _transport = new(Endpoint, options);
        _authorization = new(Endpoint, options, SendTokenRequestAsync);
    }

    public Endpoint Endpoint { get; }

    public Retries Retries { get; }

    /// <summary>Sends a request until there is an answer that is not a passing failure.</summary>
    public Task<RegistryResponse> SendAsync(RegistryRequest request, CancellationToken ct) =>
        Retries.RunAsync(token => SendOnceAsync(request, token), ct);

    /// <summary>Sends a request once; a passing failure is a <see cref="TransientFailure"/>.</summary>
    public async Task<RegistryResponse> SendOnceAsync(RegistryRequest request, CancellationToken ct)
    {
        var authorization = await _authorization.GetAsync(request, ct);
        var response = await FollowAsync(request, authorization, ct);
        if (response.Status == HttpStatusCode.Unauthorized && Endpoint.Owns(response.Uri))
        {
            using (response)
            {
                authorization = await _authorization.AnswerAsync(request, response, authorization, ct);
            }

            response = await FollowAsync(request, authorization, ct);
            if (response.Status == HttpStatusCode.Unauthorized && Endpoint.Owns(response.Uri))
            {
                using (response)
                {
                    throw await _authorization.RefusedAsync(request, response, ct);
                }
            }
        }

        return await CheckAsync(response);
    }

    public void Dispose()
    {
        _authorization.Dispose();
        _transport.Dispose();
    }

    private async Task<RegistryResponse> FollowAsync(RegistryRequest request, AuthenticationHeaderValue? authorization, CancellationToken ct)
    {
        await Retries.WaitAsync(ct);
        var uri = new Uri(Endpoint.Origin, request.Uri);
        int redirects = 0;
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            RegistryResponse response;
            try
            {
                response = await _transport.SendAsync(request, uri, Endpoint.Owns(uri) ? authorization : null, request.AnswerLimit ?? ct);
            }
            catch (TransientFailure failure) when (redirects == 0 && InOtherScheme(request, uri, failure.InnerException) is { } other)
            {
                uri = other;
                continue;
            }

            if (response.Status == HttpStatusCode.BadRequest && redirects == 0 && InOtherScheme(request, uri, null) is { } turned)
            {
                response.Dispose();
                uri = turned;
                continue;
            }

            Endpoint.Answered();
            _warnings.Show(response);
            if (!IsRedirect(request.Method, response))
            {
                return response;
            }

            using (response)
            {
                uri = redirects++ < MaxRedirects ? TargetGuard.Location(Endpoint, response)
                    : throw RegistryError.Answer(response, $"more than {MaxRedirects} redirects");
            }
        }
    }

    /// <summary>The URL with or without TLS, if that is worth a try; null for one that the registry gave as a whole.</summary>
    private Uri? InOtherScheme(RegistryRequest request, Uri tried, Exception? failure) =>
        Endpoint.FallBack(tried, failure) && new Uri(Endpoint.Origin, request.Uri) is var other && other != tried ? other : null;

    /// <summary>A 301, 302 or 303 may turn a POST into a GET (RFC 9110, section 15.4): only reads follow those.</summary>
    private static bool IsRedirect(HttpMethod method, RegistryResponse response) => (int)response.Status switch
    {
        307 or 308 => true,
        301 or 302 or 303 => method == HttpMethod.Get || method == HttpMethod.Head,
        _ => false,
    };

    /// <summary>Token servers get no redirects to other servers: whoever answers there reads the password.</summary>
    private async Task<RegistryResponse> SendTokenRequestAsync(RegistryRequest request, AuthenticationHeaderValue? authorization, CancellationToken ct)
    {
        var uri = request.Uri;
        for (int redirects = 0; ; redirects++)
        {
            var response = await CheckAsync(await _transport.SendAsync(request, uri, authorization, ct));
            if ((int)response.Status is not (307 or 308) || redirects == MaxRedirects || TargetGuard.SameServer(response) is not { } next)
            {
                return response;
            }

            response.Dispose();
            uri = next;
        }
    }

    private async Task<RegistryResponse> CheckAsync(RegistryResponse response)
    {
        if (!Retries.IsTransient(response.Status))
        {
            return response;
        }

        using (response)
        {
            var error = await RegistryError.ReadAsync(response);
            var wait = RetryAfter.Parse(response.Header("Retry-After"), _options.Time.GetUtcNow());
            if (wait > _options.LongestWait)
            {
                throw new EstargzException(error.Code, $"{error.Message} It asks for a wait of {wait.Value.TotalSeconds:0} s, too long for a build.");
            }

            if (wait is { } time)
            {
                Retries.HoldBack(time);
            }

            // A proxy that lost its patience says nothing of what the registry behind it does.
            throw new TransientFailure(error) { RetryAfter = wait, MayHaveArrived = response.Status == HttpStatusCode.GatewayTimeout };
        }
    }
}
