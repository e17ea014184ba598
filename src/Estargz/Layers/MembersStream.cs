namespace Estargz.Layers;

/// <summary>The tar inside a blob, decompressed member by member, with where each begins.</summary>
internal abstract class MembersStream : Stream
{
    /// <summary>Where each member begins: offset in the blob, and in the decompressed bytes.</summary>
    public Dictionary<long, long> Members { get; } = [];

    /// <summary>Where the member begins that was opened last, in bytes from the start of the blob.</summary>
    public long MemberOffset { get; protected set; }

    /// <summary>The number of decompressed bytes that were read.</summary>
    public sealed override long Position { get => Count; set => throw new NotSupportedException(); }

    public sealed override bool CanRead => true;

    public sealed override bool CanSeek => false;

    public sealed override bool CanWrite => false;

    public sealed override long Length => throw new NotSupportedException();

    /// <summary>The number of decompressed bytes that were read.</summary>
    protected long Count { get; set; }

    /// <exception cref="EstargzException"><see cref="DiagnosticCode.LayerDamaged"/>.</exception>
    public abstract override int Read(Span<byte> buffer);

    public sealed override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public sealed override void Flush()
    {
    }

    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public sealed override void SetLength(long value) => throw new NotSupportedException();

    public sealed override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
