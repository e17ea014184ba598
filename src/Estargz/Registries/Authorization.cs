using System.Net.Http.Headers;

namespace Estargz.Registries;

/// <summary>
/// Answers a registry's challenges. Credentials are looked for only once a registry asks; tokens live as long as
/// this object, which is one publish.
/// </summary>
internal sealed class Authorization(Endpoint endpoint, RegistryOptions options, TokenRequest.Send send) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly CredentialLookup _lookup = new(endpoint.Registry, options);
    private readonly TokenRequest _tokens = new(endpoint, options.Time, send);
    private readonly Dictionary<string, Credentials?> _credentials = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Repository, string Scope), Token> _cache = [];
    private volatile Challenge? _challenge;

    /// <summary>The header for a request, as far as the registry has asked for one before.</summary>
    public async Task<AuthenticationHeaderValue?> GetAsync(RegistryRequest request, CancellationToken ct)
    {
        if (_challenge is not { } challenge)
        {
            return null;
        }

        await _gate.WaitAsync(ct);
        try
        {
            return await HeaderAsync(challenge, request, request.Scope, ct);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The header that answers a 401.</summary>
    /// <param name="request">The request that got it.</param>
    /// <param name="response">The 401.</param>
    /// <param name="refused">The header that was sent, which is no good any more.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<AuthenticationHeaderValue> AnswerAsync(
        RegistryRequest request, RegistryResponse response, AuthenticationHeaderValue? refused, CancellationToken ct)
    {
        var challenge = Choose(response);
        await _gate.WaitAsync(ct);
        try
        {
            // Another request may have fetched a new token in the meantime: that one is still good.
            if (_cache.TryGetValue((request.Repository, request.Scope), out var token) && token.Header.Equals(refused))
            {
                _cache.Remove((request.Repository, request.Scope));
            }

            _challenge = challenge;
            return await HeaderAsync(challenge, request, Scope.Join(request.Scope, challenge["scope"]), ct)
                ?? throw Missing(response);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The error for a second 401.</summary>
    public async Task<EstargzException> RefusedAsync(RegistryRequest request, RegistryResponse response, CancellationToken ct)
    {
        var said = ErrorText.Quote(await response.ReadAsync(64 * 1024), response.Secrets) is { } text ? $" ({text})" : "";
        await _gate.WaitAsync(ct);
        try
        {
            return await FindAsync(request.Repository, ct) is not { } credentials ? Missing(response)
                : new EstargzException(DiagnosticCode.CredentialsRefused,
                    $"{response.Display}{said}: the credentials from {credentials.Source} were refused. Run 'docker login {endpoint.Registry}' or correct them there.");
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private static Challenge Choose(RegistryResponse response)
    {
        var challenges = response.Headers("WWW-Authenticate").SelectMany(header => Challenge.Parse(header)).ToList();
        return challenges.Find(one => one.Scheme == "bearer") ?? challenges.Find(one => one.Scheme == "basic")
            ?? throw RegistryError.Answer(response, challenges.Count == 0
                ? "the registry gave no challenge that says how to sign in"
                : "the registry wants to be signed in to in a way that is not Basic or Bearer");
    }

    private async Task<AuthenticationHeaderValue?> HeaderAsync(Challenge challenge, RegistryRequest request, string scope, CancellationToken ct)
    {
        if (challenge.Scheme == "basic")
        {
            return (await FindAsync(request.Repository, ct))?.ToBasic();
        }

        var key = (request.Repository, request.Scope);
        if (!_cache.TryGetValue(key, out var token) || token.Expires <= options.Time.GetUtcNow())
        {
            // The realm is checked before anyone looks for credentials to send there.
            var realm = TargetGuard.Realm(endpoint, challenge["realm"]);
            token = await _tokens.FetchAsync(realm, challenge["service"], scope, await FindAsync(request.Repository, ct), ct);
            _cache[key] = token;
        }

        return token.Header;
    }

    private async Task<Credentials?> FindAsync(string repository, CancellationToken ct)
    {
        if (!_credentials.TryGetValue(repository, out var credentials))
        {
            credentials = await _lookup.FindAsync(repository, ct);
            _credentials[repository] = credentials;
        }

        return credentials;
    }

    private EstargzException Missing(RegistryResponse response) => new(
        DiagnosticCode.CredentialsMissing,
        $"{response.Display}: registry '{endpoint.Registry}' asks for credentials and none were found. Run 'docker login {endpoint.Registry}', or set DOTNET_CONTAINER_{(options.Access == RegistryAccess.Push ? "PUSH" : "PULL")}_REGISTRY_UNAME and _PWORD.");
}
