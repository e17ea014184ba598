using System.Buffers;
using System.Security.Cryptography;

namespace Estargz.Layers;

/// <summary>
/// Bytes that are read when they are needed, from several threads at once: how a layer of any size is built in
/// bounded memory.
/// </summary>
public abstract class ByteSource
{
    private const int BufferSize = 1 << 20;

    /// <summary>Nothing.</summary>
    public static ByteSource Empty { get; } = new Memory(default);

    /// <summary>The number of bytes.</summary>
    public abstract long Length { get; }

    /// <summary>
    /// What is another one whenever the bytes may be others, found without reading a file; null where nothing tells.
    /// </summary>
    public virtual string? Stamp => null;

    /// <summary>Bytes in memory.</summary>
    public static ByteSource Of(ReadOnlyMemory<byte> bytes) => new Memory(bytes);

    /// <summary>Fills the buffer with the bytes from an offset on.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>.</exception>
    public abstract void Read(long offset, Span<byte> buffer);

    /// <summary>Writes all bytes to a stream, at most 1 MiB at a time.</summary>
    /// <param name="output">The stream.</param>
    /// <param name="cancellationToken">Stops between two buffers.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>.</exception>
    public void CopyTo(Stream output, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(Length, BufferSize));
        try
        {
            for (long offset = 0; offset < Length; offset += buffer.Length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, Length - offset));
                Read(offset, part);
                output.Write(part);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private sealed class Memory(ReadOnlyMemory<byte> bytes) : ByteSource
    {
        public override long Length => bytes.Length;

        public override string? Stamp => Convert.ToHexStringLower(SHA256.HashData(bytes.Span));

        public override void Read(long offset, Span<byte> buffer) =>
            bytes.Span.Slice((int)offset, buffer.Length).CopyTo(buffer);
    }
}
