using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Estargz.Recording.Tests;

/// <summary>Answers every request on a free port of 127.0.0.1 with the same bytes: what no real server would say, too.</summary>
internal sealed class AnswerServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<Stream, Task> _answer;

    /// <param name="answer">Writes the answer; then the connection is closed.</param>
    public AnswerServer(Func<Stream, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>An answer without a body.</summary>
    public AnswerServer(HttpStatusCode status)
        : this(stream => WriteAsync(stream, $"HTTP/1.1 {(int)status} x\r\nContent-Length: 0\r\n\r\n"))
    {
    }

    /// <summary>Answers that what was asked for is elsewhere.</summary>
    public static AnswerServer Redirect(string location) =>
        new(stream => WriteAsync(stream, $"HTTP/1.1 302 x\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"));

    /// <summary>Where it listens, such as <c>127.0.0.1:5000</c>.</summary>
    public string Host => _listener.LocalEndpoint.ToString()!;

    public static async Task WriteAsync(Stream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text));

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                }

                await _answer(client.GetStream());
            }
            catch (IOException)
            {
                // Nobody wants the rest.
            }
        }
    }
}
