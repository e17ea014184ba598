using System.Buffers;

namespace Estargz.Deflate;

/// <summary>
/// Bytes that are appended to an array which is kept for the next use. It is as long as it was told to be, or doubles: what
/// nobody has written to yet takes no memory, and an array that is left behind stays until it is collected.
/// </summary>
internal sealed class GrowingBuffer : IBufferWriter<byte>
{
    /// <summary>What a writer gets that does not know what it will write.</summary>
    private const int UsualRoom = 4096;

    private byte[] _bytes = [];

    /// <summary>The number of bytes appended since <see cref="Clear"/>.</summary>
    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Takes back what was appended last.</summary>
    /// <param name="length">How many bytes stay.</param>
    public void Shrink(int length) => Length = Math.Min(Length, length);

    /// <summary>Room for the next bytes, which count as written; it may hold old ones.</summary>
    public Span<byte> Append(int count)
    {
        int start = Length;
        Reserve(count);
        Length = start + count;
        return _bytes.AsSpan(start, count);
    }

    /// <summary>Makes room for the next bytes at once instead of step by step.</summary>
    public void Reserve(int count)
    {
        int end = checked(Length + count);
        if (end > _bytes.Length)
        {
            // Not Array.Resize, which clears the new array and copies what is left of an earlier use, too.
            var larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(Array.MaxLength, Math.Max(end, 2L * _bytes.Length)));
            Written.CopyTo(larger);
            _bytes = larger;
        }
    }

    public void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Append(bytes.Length));

    /// <summary>Puts bytes in place of some that were appended.</summary>
    public void Overwrite(int start, ReadOnlySpan<byte> bytes) => bytes.CopyTo(_bytes.AsSpan(start, Length - start));

    /// <inheritdoc/>
    public void Advance(int count) => Append(count);

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, UsualRoom));
        return _bytes.AsMemory(Length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>A stream that appends to this buffer.</summary>
    public Stream AsStream() => new Appending(this);

    private sealed class Appending(GrowingBuffer buffer) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => buffer.Length;

        public override long Position { get => buffer.Length; set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> bytes) => buffer.Write(bytes);

        public override void Write(byte[] bytes, int offset, int count) => buffer.Write(bytes.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] bytes, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
