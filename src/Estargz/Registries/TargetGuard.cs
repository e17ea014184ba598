namespace Estargz.Registries;

/// <summary>
/// Decides whether to go where a registry sends its clients: redirects, upload sessions, token servers. A registry
/// chooses these URLs freely, so each is a way to make a build machine talk to its own network.
/// </summary>
internal static class TargetGuard
{
    /// <summary>The URL of a <c>Location</c> header, if it is one to go to (RFC 9110, section 10.2.2).</summary>
    /// <param name="endpoint">The registry.</param>
    /// <param name="response">The answer that sends us there.</param>
    public static Uri Location(Endpoint endpoint, RegistryResponse response)
    {
        if (response.Header("Location") is not { } text || !Uri.TryCreate(response.Uri, text, out var uri))
        {
            throw RegistryError.Answer(response, "it has no usable Location header");
        }

        if (uri.Scheme != Uri.UriSchemeHttps && (uri.Scheme != Uri.UriSchemeHttp || response.Uri.Scheme != Uri.UriSchemeHttp))
        {
            throw Untrusted(endpoint, $"from {response.Uri.Scheme} to {uri.Scheme}");
        }

        Check(endpoint, uri);
        return uri;
    }

    /// <summary>The URL of a token server (distribution, token authentication specification, "realm").</summary>
    public static Uri Realm(Endpoint endpoint, string? text)
    {
        if (text is null || !Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
        {
            throw Untrusted(endpoint, "for a token to a realm that is not an https URL");
        }

        if (uri.Scheme == Uri.UriSchemeHttp && endpoint.Origin.Scheme != Uri.UriSchemeHttp)
        {
            throw Untrusted(endpoint, $"for a token to '{uri.Authority}' without encryption");
        }

        Check(endpoint, uri);
        return uri;
    }

    /// <summary>The URL of a <c>Location</c> header that stays on the server that sent it; else null.</summary>
    public static Uri? SameServer(RegistryResponse response) =>
        Uri.TryCreate(response.Uri, response.Header("Location"), out var uri) && uri.UserInfo.Length == 0
            && Uri.Compare(uri, response.Uri, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0 ? uri : null;

    public static EstargzException Untrusted(Endpoint endpoint, string where) => new(
        DiagnosticCode.UntrustedTarget,
        $"Registry '{endpoint.Registry}' sends its clients {where}. Nothing was sent there; ask the registry's operator to correct it.");

    private static void Check(Endpoint endpoint, Uri uri)
    {
        if (uri.UserInfo.Length > 0)
        {
            throw Untrusted(endpoint, "to a URL with credentials in it");
        }

        if (!endpoint.IsPrivate && !endpoint.IsHost(uri.IdnHost) && PrivateAddress.IsSpelledBy(uri))
        {
            throw Untrusted(endpoint, $"to '{uri.Authority}', which is on a private network");
        }
    }
}
