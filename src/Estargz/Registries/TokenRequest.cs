using System.Net.Http.Headers;

namespace Estargz.Registries;

/// <summary>Fetches a token (distribution, token authentication specification and its OAuth2 form).</summary>
/// <param name="endpoint">The registry that wants the token.</param>
/// <param name="time">The clock by which tokens grow old.</param>
/// <param name="send">Sends a request without following redirects.</param>
internal sealed class TokenRequest(Endpoint endpoint, TimeProvider time, TokenRequest.Send send)
{
    private const int BodyLimit = 128 * 1024;
    private const string ClientId = "estargz";

    public delegate Task<RegistryResponse> Send(RegistryRequest request, AuthenticationHeaderValue? authorization, CancellationToken ct);

    /// <summary>Asks the realm for a token.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.CredentialsRefused"/>, <see cref="DiagnosticCode.CredentialsMissing"/>
    /// or <see cref="DiagnosticCode.RegistryAnswer"/>.</exception>
    public async Task<Token> FetchAsync(Uri realm, string? service, string scope, Credentials? credentials, CancellationToken ct)
    {
        if (credentials is { IsIdentityToken: true })
        {
            using var response = await send(Post(realm, service, scope, credentials), null, ct);
            if ((int)response.Status is not (400 or 401 or 404 or 405))
            {
                return await ReadAsync(response, credentials);
            }
        }

        using var answer = await send(Get(realm, service, scope, credentials), credentials?.ToBasic(), ct);
        return await ReadAsync(answer, credentials);
    }

    private static RegistryRequest Post(Uri realm, string? service, string scope, Credentials credentials)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = credentials.Secret,
            ["client_id"] = ClientId,
            ["scope"] = scope,
        };
        if (service is not null)
        {
            form["service"] = service;
        }

        return new(HttpMethod.Post, realm, "", scope) { Content = _ => new FormUrlEncodedContent(form), Secret = credentials.Secret };
    }

    private static RegistryRequest Get(Uri realm, string? service, string scope, Credentials? credentials)
    {
        List<string> query = [.. scope.Split(' ').Select(one => "scope=" + Uri.EscapeDataString(one))];
        if (service is not null)
        {
            query.Insert(0, "service=" + Uri.EscapeDataString(service));
        }

        if (credentials is { UserName.Length: > 0 })
        {
            query.Add("account=" + Uri.EscapeDataString(credentials.UserName));
        }

        var url = new UriBuilder(realm);
        url.Query = string.Join('&', [.. url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries), .. query]);
        return new(HttpMethod.Get, url.Uri, "", scope);
    }

    private async Task<Token> ReadAsync(RegistryResponse response, Credentials? credentials)
    {
        if ((int)response.Status is >= 300 and < 400)
        {
            throw TargetGuard.Untrusted(endpoint, $"for a token to '{response.Uri.Authority}', which redirects elsewhere");
        }

        var body = await response.ReadAsync(BodyLimit);
        if ((int)response.Status != 200)
        {
            var said = ErrorText.Quote(body, response.Secrets) is { } text ? $" ({text})" : "";
            throw (int)response.Status is not (400 or 401 or 403)
                ? RegistryError.Answer(response, $"no token server answers so{said}; the registry names a wrong one, or a proxy is in between")
                : credentials is null
                    ? new EstargzException(DiagnosticCode.CredentialsMissing,
                        $"{response.Display}{said}: registry '{endpoint.Registry}' gives no token without credentials, and there are none. Run 'docker login {endpoint.Registry}'.")
                    : new EstargzException(DiagnosticCode.CredentialsRefused,
                        $"{response.Display}{said}: the credentials from {credentials.Source} were refused. Run 'docker login {endpoint.Registry}' or correct them there.");
        }

        return body.Length > BodyLimit ? throw RegistryError.Answer(response, "the token is larger than 128 KiB")
            : Token.Parse(body, time.GetUtcNow()) ?? throw RegistryError.Answer(response, "there is no token in it");
    }
}
