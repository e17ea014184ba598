using System.Security.Cryptography;
using Estargz.Images;

namespace Estargz.Layers;

/// <summary>Counts and digests what is read from another stream, which stays open.</summary>
internal sealed class DigestingStream(Stream source) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The number of bytes that were read.</summary>
    public long Count { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => Count; set => throw new NotSupportedException(); }

    /// <summary>The digest of everything that was read.</summary>
    public Digest Finish() => Digest.OfHash(_hash.GetHashAndReset());

    /// <summary>Reads to the end.</summary>
    public void Drain()
    {
        var buffer = new byte[128 << 10];
        while (Read(buffer) > 0)
        {
        }
    }

    public override int Read(Span<byte> buffer)
    {
        int count = source.Read(buffer);
        _hash.AppendData(buffer[..count]);
        Count += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }
}
