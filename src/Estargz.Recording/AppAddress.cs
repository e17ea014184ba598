using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Estargz.Recording;

/// <summary>Where an app of this machine answers.</summary>
/// <param name="Scheme"><c>http</c> or <c>https</c>; null: not known.</param>
/// <param name="Host">The host, with its port.</param>
internal sealed partial record AppAddress(string? Scheme, string Host)
{
    /// <summary>
    /// The address that a line of ASP.NET Core's log announces, in whatever a logger puts around it; null if it has none,
    /// or one that HTTP over TCP does not reach.
    /// </summary>
    public static AppAddress? Parse(string line)
    {
        var match = Announced().Match(line);
        var (scheme, host, port) = (match.Groups["scheme"].Value, match.Groups["host"].Value, match.Groups["port"].Value);

        // An app that listens on all addresses is asked at the nearest.
        host = (host is "0.0.0.0" or "[::]" or "+" or "*" ? "127.0.0.1" : host) + port;
        return match.Success && Uri.TryCreate($"{scheme}://{host}", UriKind.Absolute, out var url) && url.Port > 0 ? new AppAddress(scheme, host) : null;
    }

    /// <summary>The address of a socket that listens, which does not tell what it speaks.</summary>
    public static AppAddress Of(IPEndPoint socket)
    {
        var address = socket.Address.IsIPv4MappedToIPv6 ? socket.Address.MapToIPv4() : socket.Address;
        bool isAny = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
        return new AppAddress(null, new IPEndPoint(isAny ? IPAddress.Loopback : address, socket.Port).ToString());
    }

    /// <summary>An address of this machine alone.</summary>
    public static AppAddress OfPort(int port) => new("http", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"));

    /// <summary>What to ask for, one after the other.</summary>
    /// <param name="path">Begins with a slash.</param>
    public IEnumerable<Uri> Urls(string path) => (Scheme is null ? ["http", "https"] : (string[])[Scheme]).Select(scheme => new Uri($"{scheme}://{Host}{path}"));

    [GeneratedRegex("""(?<=Now listening on: ["']?)(?<scheme>https?)://(?!unix:/)(?<host>\[[\da-fA-F:.]+(?:%\w+)?\]|[\w.-]*\w|[+*])(?<port>:\d+)?""")]
    private static partial Regex Announced();
}
