using System.Net.Sockets;

namespace Estargz.Recording.Tests;

/// <summary>The port with something at its other end that is no runtime, or one that goes away.</summary>
public sealed class DiagnosticPortTests
{
    [LinuxFact]
    public async Task What_is_no_runtime_is_shown_the_door()
    {
        using var folder = new TemporaryFolder();
        await using var port = new DiagnosticPort(folder["port"], new AccessLog(), () => Task.CompletedTask);
        using var client = Connect(folder);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: localhos\r\n\r\n"u8.ToArray());

        Assert.True(await IsClosedAsync(client));
        Assert.False(port.IsTraced);
    }

    [LinuxFact]
    public async Task A_runtime_that_refuses_events_is_resumed()
    {
        using var folder = new TemporaryFolder();
        await using var port = new DiagnosticPort(folder["port"], new AccessLog(), () => Task.CompletedTask);
        byte[] greeting = [.. "ADVR_V1\0"u8, .. Guid.NewGuid().ToByteArray(), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        using var first = Connect(folder);
        await first.SendAsync(greeting);
        Assert.Equal(0x0203, await CommandAsync(first));
        await first.SendAsync((byte[])[.. "DOTNET_IPC_V1\0"u8, 24, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0]);

        using var second = Connect(folder);
        await second.SendAsync(greeting);

        Assert.Equal(0x0401, await CommandAsync(second));
        Assert.False(port.IsTraced);
    }

    [LinuxFact]
    public async Task A_silent_connection_does_not_keep_the_port_open()
    {
        using var folder = new TemporaryFolder();
        var port = new DiagnosticPort(folder["port"], new AccessLog(), () => Task.CompletedTask);
        using var client = Connect(folder);

        await port.DisposeAsync();

        Assert.True(await IsClosedAsync(client));
    }

    /// <summary>A connection that is closed before it is accepted, or with bytes unread, is reset.</summary>
    private static async Task<bool> IsClosedAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1]) == 0;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return true;
        }
    }

    private static Socket Connect(TemporaryFolder folder)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(folder["port"]));
        return socket;
    }

    private static async Task<int> CommandAsync(Socket socket)
    {
        var message = new byte[1024];
        int length = await socket.ReceiveAsync(message);
        Assert.InRange(length, 20, message.Length);
        return (message[16] << 8) | message[17];
    }
}
