using System.Net;

namespace Estargz.Registries;

/// <summary>
/// Addresses that a server on the internet has no business sending a client to: this machine, the local network, the
/// metadata endpoints of clouds (IANA special-purpose address registries, RFC 6890).
/// </summary>
internal static class PrivateAddress
{
    private const int ShortLength = 4;

    // Bytes and not IPNetwork, whose code .NET compiles anew in each process: 10 ms of a publish.
    private static readonly Network[] Networks =
    [
        new(8, [0]), new(8, [10]), new(10, [100, 64]), new(8, [127]), new(16, [169, 254]), new(12, [172, 16]), new(24, [192, 0, 0]),
        new(16, [192, 168]), new(15, [198, 18]), new(4, [224]), new(4, [240]),
    ];

    // Unspecified, loopback, unique local, link local, site local (deprecated), multicast.
    private static readonly Network[] LongNetworks =
    [
        new(128, new byte[16]), new(128, [.. new byte[15], 1]), new(7, [0xfc]), new(10, [0xfe, 0x80]), new(10, [0xfe, 0xc0]), new(8, [0xff]),
    ];

    /// <summary>Whether the address, or the IPv4 address inside it, is private.</summary>
    public static bool Contains(IPAddress address)
    {
        var plain = Unwrap(address.GetAddressBytes());
        foreach (var network in plain.Length == ShortLength ? Networks : LongNetworks)
        {
            if (network.Contains(plain))
            {
                return true;
            }
        }

        return false;
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
    private static ReadOnlySpan<byte> Unwrap(ReadOnlySpan<byte> address) =>
        address.Length == ShortLength ? address
        : IsZero(address[..10]) && address[10] == 0xff && address[11] == 0xff ? address[12..]
        : address is [0x00, 0x64, 0xff, 0x9b, ..] && IsZero(address[4..12]) ? address[12..]
        : address is [0x20, 0x02, ..] ? address[2..6]
        : IsZero(address[..12]) && !IsZero(address[12..14]) ? address[12..]
        : address;

    private static bool IsZero(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept<byte>(0);

    /// <summary>The addresses that begin with the same bits.</summary>
    /// <param name="Bits">How many bits.</param>
    /// <param name="Start">The bytes that hold them; other bits are zero.</param>
    private sealed record Network(int Bits, byte[] Start)
    {
        public bool Contains(ReadOnlySpan<byte> address)
        {
            int whole = Bits / 8, rest = Bits % 8;
            return address.StartsWith(Start.AsSpan(0, whole)) && (rest == 0 || address[whole] >> (8 - rest) == Start[whole] >> (8 - rest));
        }
    }
}
