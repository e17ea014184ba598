using Estargz.Images;

namespace Estargz.Registries;

/// <summary>
/// Where a registry's requests go: its origin (scheme, host and port), and what is allowed there. Plain HTTP and bad
/// certificates are for this machine and for hosts that the user listed, never for anyone else.
/// </summary>
internal sealed class Endpoint
{
    private readonly string _authority;
    private readonly Lock _turning = new();
    private readonly int _turnsAllowed;
    private int _turns;
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
        bool isLocal = origin.IdnHost is "localhost" || IsLoopback(origin);
        AllowsInsecure = origin.IdnHost is "localhost" || (options.TrustsLoopback && isLocal) || IsListed(registry, options.Variable("INSECURE_REGISTRIES"));

        // A port of this machine mostly speaks plain HTTP, nobody listens in between, and TLS takes 40 ms to load. What a
        // server of TLS says to plain HTTP can be anything, so where TLS fails as well, plain HTTP has the last word.
        _plain = AllowsInsecure && isLocal && !origin.IsDefaultPort;
        _turnsAllowed = !AllowsInsecure ? 0 : _plain ? 2 : 1;
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

    /// <summary>
    /// Turns from TLS to plain HTTP or the other way round, if that is allowed, and the first answer, or the lack of one, says
    /// that the registry may not speak what was tried.
    /// </summary>
    /// <param name="tried">The URL.</param>
    /// <param name="failure">Why there was no answer; null: it was 400, as servers of TLS answer to plain HTTP.</param>
    /// <returns>Whether <see cref="Origin"/> is worth another try.</returns>
    public bool FallBack(Uri tried, Exception? failure)
    {
        lock (_turning)
        {
            var origin = Origin;
            if (_turnsAllowed == 0 || !IsHost(tried.IdnHost))
            {
                return false;
            }

            if (tried.Scheme != origin.Scheme)
            {
                // Another request has found out meanwhile.
                return true;
            }

            if (_answered || _turns == _turnsAllowed || !(_plain ? MaySpeakTls(failure) : MaySpeakPlain(failure, tried)))
            {
                return false;
            }

            _turns++;
            _plain = !_plain;
            return true;
        }
    }

    private static bool MaySpeakTls(Exception? failure) => failure is null or IOException
        or HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse or HttpRequestError.Unknown };

    private static bool MaySpeakPlain(Exception? failure, Uri tried) => failure is HttpRequestException { HttpRequestError: var error }
        && (error == HttpRequestError.SecureConnectionError || (error == HttpRequestError.ConnectionError && tried.IsDefaultPort));

    private static bool IsLoopback(Uri uri) => uri is { HostNameType: UriHostNameType.IPv4 or UriHostNameType.IPv6, IsLoopback: true };

    private static bool IsListed(string registry, string? list) => list is not null
        && list.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Contains(registry, StringComparer.OrdinalIgnoreCase);
}
