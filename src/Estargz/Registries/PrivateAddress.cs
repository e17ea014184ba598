using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Estargz.Registries;

/// <summary>
/// Addresses that a server on the internet has no business sending a client to: this machine, the local network, the
/// metadata endpoints of clouds (IANA special-purpose address registries, RFC 6890).
/// </summary>
internal static class PrivateAddress
{
    private static readonly ImmutableArray<IPNetwork> Networks =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
            "::/128", "::1/128", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>Whether the address, or the IPv4 address inside it, is private.</summary>
    public static bool Contains(IPAddress address)
    {
        var plain = Unwrap(address);
        return Networks.Any(network => network.Contains(plain));
    }

    /// <summary>Whether a URL's host spells a private address, or this machine, without the help of DNS.</summary>
    public static bool IsSpelledBy(Uri uri)
    {
        var host = uri.IdnHost.Trim('[', ']').TrimEnd('.').Replace('\u3002', '.').Replace('\uff0e', '.').Replace('\uff61', '.');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && Contains(address));
    }

    /// <summary>IPv4 addresses hide in IPv6 ones: mapped and compatible (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056).</summary>
    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
            : bytes.StartsWith<byte>([0x00, 0x64, 0xff, 0x9b]) && !bytes[4..12].ContainsAnyExcept<byte>(0) ? new IPAddress(bytes[12..])
            : bytes.StartsWith<byte>([0x20, 0x02]) ? new IPAddress(bytes[2..6])
            : !bytes[..12].ContainsAnyExcept<byte>(0) && bytes[12..14].ContainsAnyExcept<byte>(0) ? new IPAddress(bytes[12..])
            : new IPAddress(bytes);
    }
}
