using System.Net;
using System.Net.Sockets;

namespace Estargz.Registries;

/// <summary>Names to addresses, addresses to streams.</summary>
internal class Network
{
    /// <summary>The proxy; null for the one that the environment names.</summary>
    public virtual IWebProxy? Proxy => null;

    /// <summary>The addresses of a host name or of an address literal in any spelling.</summary>
    public virtual async Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct) =>
        await Dns.GetHostAddressesAsync(host, ct);

    /// <summary>Opens a connection.</summary>
    public virtual async Task<Stream> ConnectAsync(IPEndPoint endpoint, CancellationToken ct)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
