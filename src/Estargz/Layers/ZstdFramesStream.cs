using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Estargz.Images;
using ZstdSharp;

namespace Estargz.Layers;

/// <summary>
/// Decompresses a zstd blob frame by frame (RFC 8878, 3.1) and knows exactly where each begins; skippable frames hold no
/// content, but are told of.
/// </summary>
/// <param name="blob">The blob, read forward.</param>
internal sealed class ZstdFramesStream(Stream blob) : MembersStream
{
    /// <summary>A frame's magic number, and the size of a skippable one.</summary>
    private const int HeaderSize = ZstdFrame.SkippableHeaderSize;

    private const int BlockHeaderSize = 3;

    private readonly Decompressor _decompressor = new();
    private readonly byte[] _input = new byte[128 << 10];
    private int _start;
    private int _end;
    private long _consumed;
    private bool _inFrame;
    private bool _isLast;
    private bool _hasChecksum;
    private long _rest;

    /// <summary>The skippable frames so far: where the data of each begins in the blob, its size in bytes, its digest.</summary>
    public List<(long Offset, long Length, Digest Digest)> Skippable { get; } = [];

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty && (_inFrame || OpenFrame()))
        {
            if (_rest == 0 && !_isLast)
            {
                OpenBlock();
            }

            // The decompressor would go on into the next frame: it gets no more than is known to belong to this one.
            if (_rest > 0 && !Fill(1))
            {
                throw Damaged("ends too early");
            }

            int given = (int)Math.Min(_rest, _end - _start);
            var status = _decompressor.UnwrapStream(_input.AsSpan(_start, given), buffer, out int consumed, out int count);
            bool isDone = _isLast && _rest == consumed && status == OperationStatus.Done;
            if (status == OperationStatus.InvalidData || (given == 0 && count == 0 && !isDone))
            {
                throw Damaged("is damaged");
            }

            Take(consumed);
            _rest -= consumed;
            Count += count;
            _inFrame = !isDone;
            if (count > 0)
            {
                return count;
            }
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        _decompressor.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>RFC 8878, 3.1.1.1: what the descriptor says is the size of the header, and whether a checksum ends the frame.</summary>
    private void OpenContent(byte descriptor)
    {
        bool isSingleSegment = (descriptor & 0x20) != 0;
        int sizeFlag = descriptor >> 6;
        int sizeOfSize = sizeFlag == 0 ? (isSingleSegment ? 1 : 0) : 1 << sizeFlag;
        int sizeOfDictionary = (1 << (descriptor & 3)) >> 1;
        _rest = ZstdFrame.Magic.Length + 1 + (isSingleSegment ? 0 : 1) + sizeOfDictionary + sizeOfSize;
        _hasChecksum = (descriptor & 4) != 0;
        _isLast = false;
        _decompressor.ResetStream();
        _inFrame = true;
    }

    /// <summary>RFC 8878, 3.1.1.2: last or not (1 bit), type (2), size (21); a block of one byte repeated holds that byte.</summary>
    private void OpenBlock()
    {
        if (!Fill(BlockHeaderSize))
        {
            throw Damaged("ends too early");
        }

        int header = _input[_start] | (_input[_start + 1] << 8) | (_input[_start + 2] << 16);
        _isLast = (header & 1) != 0;
        _rest = BlockHeaderSize + (((header >> 1) & 3) == 1 ? 1 : header >> 3) + (_isLast && _hasChecksum ? sizeof(uint) : 0);
    }

    private bool OpenFrame()
    {
        while (Fill(1))
        {
            MemberOffset = _consumed;
            if (!Fill(HeaderSize))
            {
                throw Damaged("ends too early");
            }

            var header = _input.AsSpan(_start, HeaderSize);
            if (header.StartsWith(ZstdFrame.Magic))
            {
                Members[_consumed] = Count;
                OpenContent(header[4]);
                return true;
            }

            if (!ZstdFrame.BeginsSkippable(header))
            {
                throw Damaged("is no zstd frame");
            }

            Skip(BinaryPrimitives.ReadUInt32LittleEndian(header[4..]));
        }

        return false;
    }

    private void Skip(long length)
    {
        Take(HeaderSize);
        long offset = _consumed;
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long rest = length; rest > 0;)
        {
            if (!Fill(1))
            {
                throw Damaged("ends too early");
            }

            int count = (int)Math.Min(rest, _end - _start);
            sha256.AppendData(_input.AsSpan(_start, count));
            Take(count);
            rest -= count;
        }

        Skippable.Add((offset, length, Digest.OfHash(sha256.GetHashAndReset())));
    }

    private void Take(int count)
    {
        _start += count;
        _consumed += count;
    }

    /// <summary>Reads until so many bytes are there.</summary>
    private bool Fill(int count)
    {
        if (_start > 0 && _end - _start < count)
        {
            _input.AsSpan(_start, _end - _start).CopyTo(_input);
            (_start, _end) = (0, _end - _start);
        }

        while (_end - _start < count)
        {
            int read = blob.Read(_input.AsSpan(_end));
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    private EstargzException Damaged(string what) => new(DiagnosticCode.LayerDamaged, $"The zstd frame at byte {MemberOffset} {what}.");
}
