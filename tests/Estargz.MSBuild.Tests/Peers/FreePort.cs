using System.Net;
using System.Net.Sockets;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>A loopback port that nobody listens on at the moment, and that no other test of the process was given.</summary>
public static class FreePort
{
    private static readonly HashSet<int> Given = [];

    /// <summary>Asks the system for one.</summary>
    public static int Next()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            int port = ((IPEndPoint)listener.LocalEndpoint).Port;
            lock (Given)
            {
                if (Given.Add(port))
                {
                    return port;
                }
            }
        }
    }
}
