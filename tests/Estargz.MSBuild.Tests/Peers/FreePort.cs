using System.Net;
using System.Net.Sockets;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>A loopback port that nobody listens on at the moment.</summary>
public static class FreePort
{
    /// <summary>Asks the system for one.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
