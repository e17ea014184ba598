using System.Buffers.Binary;
using System.Text;

namespace Estargz.Recording;

/// <summary>
/// A message of the runtime's diagnostic IPC protocol (dotnet/diagnostics, ipc-protocol.md): magic (14 bytes), size of
/// the whole (2), command set (1), command (1), reserved (2), payload; all little-endian.
/// </summary>
/// <param name="Command">Command set and command, in this order.</param>
/// <param name="Payload">Depends on the command.</param>
internal sealed record IpcMessage(ushort Command, byte[] Payload)
{
    private const int HeaderSize = 20, MaxResponse = 4096;
    private const ushort Ok = 0xff00;

    /// <summary>Resume a runtime that waits at its start.</summary>
    public static readonly IpcMessage ResumeRuntime = new(0x0401, []);

    private static ReadOnlySpan<byte> Magic => "DOTNET_IPC_V1\0"u8;

    /// <summary>Begin an EventPipe session; its nettrace stream follows the response on the same connection.</summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="keywords">Its kinds of events.</param>
    /// <param name="level">Its level, 4: informational.</param>
    public static IpcMessage CollectTracing(string provider, ulong keywords, uint level)
    {
        var payload = new MemoryStream();
        using var writer = new BinaryWriter(payload);
        writer.Write(16u); // MB of buffer, at most
        writer.Write(1u); // nettrace
        writer.Write((byte)0); // no rundown at the end
        writer.Write(1u); // providers
        writer.Write(keywords);
        writer.Write(level);
        writer.Write(provider.Length + 1);
        writer.Write(Encoding.Unicode.GetBytes(provider + '\0'));
        writer.Write(0); // no arguments
        return new IpcMessage(0x0203, payload.ToArray());
    }

    /// <summary>Write what is buffered and end a session.</summary>
    /// <param name="session">What the runtime answered to <see cref="CollectTracing"/>.</param>
    public static IpcMessage StopTracing(ReadOnlySpan<byte> session) => new(0x0201, session.ToArray());

    /// <summary>Sends the message and reads the response.</summary>
    /// <returns>The response's payload; null if the runtime refused.</returns>
    /// <exception cref="IOException">The runtime is gone, or this is none.</exception>
    public async Task<byte[]?> SendAsync(Stream connection, CancellationToken cancellationToken)
    {
        var message = new byte[HeaderSize + Payload.Length];
        Magic.CopyTo(message);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(14), (ushort)message.Length);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(16), Command);
        Payload.CopyTo(message, HeaderSize);
        await connection.WriteAsync(message, cancellationToken).ConfigureAwait(false);

        var header = new byte[HeaderSize];
        await connection.ReadExactlyAsync(header, cancellationToken).ConfigureAwait(false);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(14)) - HeaderSize;
        if (!header.AsSpan().StartsWith(Magic) || size is < 0 or > MaxResponse)
        {
            throw new IOException("What answers on the diagnostic port is no .NET runtime.");
        }

        var payload = new byte[size];
        await connection.ReadExactlyAsync(payload, cancellationToken).ConfigureAwait(false);
        return BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(16)) == Ok ? payload : null;
    }
}
