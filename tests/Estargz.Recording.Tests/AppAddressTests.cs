using System.Net;
using System.Net.Sockets;

namespace Estargz.Recording.Tests;

public sealed class AppAddressTests
{
    [Theory]
    [InlineData("Now listening on: http://[::]:5000", "http://127.0.0.1:5000/")]
    [InlineData("Now listening on: http://+:80", "http://127.0.0.1/")]
    [InlineData("Now listening on: http://*:80", "http://127.0.0.1/")]
    [InlineData("Now listening on: http://0.0.0.0:80", "http://127.0.0.1/")]
    [InlineData("Now listening on: https://[::1]:5001/base", "https://[::1]:5001/")]
    [InlineData("Now listening on: http://my-host.example:5000.", "http://my-host.example:5000/")]
    [InlineData("Now listening on: http://localhost.", "http://localhost/")]
    [InlineData("\x1b[32minfo\x1b[0m: Now listening on: http://unix:5000\x1b[0m", "http://unix:5000/")]
    [InlineData("""{"Message":"Now listening on: http://localhost:5000","State":{}}""", "http://localhost:5000/")]
    [InlineData("Now listening on: http://unix:/tmp/x.sock", null)]
    [InlineData("Now listening on: http://127.0.0.1:0", null)]
    [InlineData("Now listening on: http://127.0.0.1:65536", null)]
    [InlineData("Now listening on: http://[:::]:5000", null)]
    [InlineData("Now listening on: http://", null)]
    [InlineData("See http://localhost:5000", null)]
    public void A_line_has_an_address_or_not(string line, string? url) =>
        Assert.Equal(url, AppAddress.Parse(line)?.Urls("/").Single().ToString());

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("::1", "[::1]")]
    [InlineData("::", "127.0.0.1")]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1")]
    public void A_socket_speaks_HTTP_or_HTTPS_at_the_nearest_address(string address, string host) => Assert.Equal(
        [$"http://{host}:5000/x", $"https://{host}:5000/x"],
        AppAddress.Of(new IPEndPoint(IPAddress.Parse(address), 5000)).Urls("/x").Select(url => url.ToString()));

    [LinuxTheory]
    [InlineData("127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    public void Sockets_that_listen_are_found(string text)
    {
        var address = IPAddress.Parse(text);
        using var socket = address.IsIPv4MappedToIPv6 ? new Socket(SocketType.Stream, ProtocolType.Tcp) : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        socket.Listen();

        Assert.Contains((IPEndPoint)socket.LocalEndPoint!, ListeningSockets.Of([Environment.ProcessId]));
    }

    [LinuxFact]
    public async Task Other_sockets_are_not_found()
    {
        using var folder = new TemporaryFolder();
        using var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        unix.Bind(new UnixDomainSocketEndPoint(folder["socket"]));
        unix.Listen();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var connected = await listener.AcceptTcpClientAsync();
        listener.Stop();

        int[] ports = [((IPEndPoint)client.Client.LocalEndPoint!).Port, ((IPEndPoint)connected.Client.LocalEndPoint!).Port];

        Assert.DoesNotContain(ListeningSockets.Of([Environment.ProcessId, int.MaxValue]), s => ports.Contains(s.Port));
    }
}
