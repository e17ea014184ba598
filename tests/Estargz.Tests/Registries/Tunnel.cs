using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Estargz.Tests.Registries;

/// <summary>A proxy that brings every connection to one server, whatever name it was asked for.</summary>
internal sealed class Tunnel : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    private Tunnel(IPEndPoint server)
    {
        _listener.Start();
        _serving = ServeAsync(server);
    }

    public string Host => _listener.LocalEndpoint.ToString()!;

    public static Tunnel To(string server) => new(IPEndPoint.Parse(server));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync(IPEndPoint server)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ConnectAsync(await _listener.AcceptTcpClientAsync(_stop.Token), server));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ConnectAsync(TcpClient client, IPEndPoint server)
    {
        using (client)
        using (var target = new TcpClient())
        {
            try
            {
                await target.ConnectAsync(server, _stop.Token);
                NetworkStream near = client.GetStream(), far = target.GetStream();
                var head = new byte[4096];
                int length = await near.ReadAsync(head, _stop.Token);
                if (Encoding.ASCII.GetString(head, 0, length).StartsWith("CONNECT ", StringComparison.Ordinal))
                {
                    await near.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), _stop.Token);
                }
                else
                {
                    await far.WriteAsync(head.AsMemory(0, length), _stop.Token);
                }

                await Task.WhenAny(near.CopyToAsync(far, _stop.Token), far.CopyToAsync(near, _stop.Token));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One side hung up.
            }
        }
    }
}
