using System.Net;
using Estargz.Images;

namespace Estargz.Registries;

/// <summary>
/// Where a registry's requests go: its origin (scheme, host and port), and what is allowed there. Plain HTTP and bad
/// certificates are for this machine and for hosts that the user listed, never for anyone else.
/// </summary>
internal sealed class Endpoint
{
    private readonly string _authority;
    private volatile bool _plain;
    private volatile bool _answered;
    private volatile bool _isPrivate;

    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidReference"/>.</exception>
    public Endpoint(string registry, RegistryOptions options)
    {
        Registry = registry;
        _authority = registry == Reference.DockerHub ? "registry-1.docker.io" : registry;
        if (!Uri.TryCreate($"{Uri.UriSchemeHttps}://{_authority}/", UriKind.Absolute, out var origin))
        {
            throw new EstargzException(DiagnosticCode.InvalidReference, $"'{registry}' is not a registry's host name with a port up to 65535.");
        }

        _isPrivate = PrivateAddress.IsSpelledBy(origin);
        AllowsInsecure = origin.IdnHost is "localhost" || (options.TrustsLoopback && IsLoopback(origin)) || IsListed(registry, options.Variable("INSECURE_REGISTRIES"));
    }

    /// <summary>The registry as the user wrote it.</summary>
    public string Registry { get; }

    /// <summary>Whether bad certificates and plain HTTP are accepted.</summary>
    public bool AllowsInsecure { get; }

    /// <summary>Whether the registry is on a private address, so that it may send clients to other private ones.</summary>
    public bool IsPrivate { get => _isPrivate; set => _isPrivate = value; }

    /// <summary>The root of the registry's URLs.</summary>
    public Uri Origin => new($"{(_plain ? Uri.UriSchemeHttp : Uri.UriSchemeHttps)}://{_authority}/");

    /// <summary>Whether credentials of this registry may be sent to this URL.</summary>
    public bool Owns(Uri uri) => uri.IsAbsoluteUri
        && Uri.Compare(uri, Origin, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>Whether this is the registry's own host name or address.</summary>
    public bool IsHost(string host) => string.Equals(host.Trim('[', ']'), Origin.IdnHost.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);

    /// <summary>The registry answered: from now on its scheme is settled, so a broken handshake is not taken for plain HTTP.</summary>
    public void Answered() => _answered = true;

    /// <summary>Turns to plain HTTP, once, if that is allowed and the failure says that nobody speaks TLS there.</summary>
    public bool FallBack(Uri tried, Exception? failure)
    {
        if (!AllowsInsecure || _answered || tried.Scheme != Uri.UriSchemeHttps || !Owns(tried) && !_plain
            || failure is not HttpRequestException { HttpRequestError: var error })
        {
            return false;
        }

        if (error == HttpRequestError.SecureConnectionError || (error == HttpRequestError.ConnectionError && tried.IsDefaultPort))
        {
            _plain = true;
            return true;
        }

        return false;
    }

    private static bool IsLoopback(Uri uri) =>
        IPAddress.TryParse(uri.IdnHost.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);

    private static bool IsListed(string registry, string? list) => list is not null
        && list.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Contains(registry, StringComparer.OrdinalIgnoreCase);
}
