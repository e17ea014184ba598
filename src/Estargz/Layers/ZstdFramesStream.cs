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

    private const int BlockHeaderSize = 3, ChecksumSize = 4;

    private readonly Decompressor _decompressor = new();
    private readonly byte[] _input = new byte[128 << 10];
    private int _start;
    private int _end;
    private long _consumed;
    private bool _inFrame;
    private bool _isLastBlock;
    private bool _hasChecksum;
    private long _blockRest;

    /// <summary>The skippable frames so far: where the data of each begins in the blob, its size in bytes, its digest.</summary>
    public List<(long Offset, long Length, Digest Digest)> Skippable { get; } = [];

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty && (_inFrame || OpenFrame()))
        {
            // The decompressor would go on into the next frame: it gets no more than this block.
            if (_blockRest == 0 && !_isLastBlock)
            {
                OpenBlock();
            }

            if (_blockRest > 0 && !Fill(1))
            {
                throw Damaged("ends too early");
            }

            Decompress(_input.AsSpan(_start, (int)Math.Min(_end - _start, _blockRest)), buffer, out int consumed, out int count);
            Take(consumed);
            _blockRest -= consumed;
            Count += count;
            if (count > 0)
            {
                return count;
            }

            if (_blockRest == 0)
            {
                _inFrame = !_isLastBlock;
            }
            else if (consumed == 0)
            {
                throw Damaged("is damaged");
            }
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        _decompressor.Dispose();
        base.Dispose(disposing);
    }

    private void Decompress(ReadOnlySpan<byte> input, Span<byte> buffer, out int consumed, out int count)
    {
        try
        {
            _decompressor.UnwrapStream(input, buffer, out consumed, out count);
        }
        catch (ZstdException e)
        {
            throw Damaged($"is damaged ({e.Message})");
        }
    }

    /// <summary>RFC 8878, 3.1.1.1: the descriptor after the magic number tells how long the header of a frame is.</summary>
    private void OpenHeader(byte descriptor)
    {
        bool isSingleSegment = (descriptor & 0x20) != 0;
        int sizeBytes = (descriptor >> 6) switch { 0 => isSingleSegment ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        int dictionaryBytes = (descriptor & 3) switch { 0 => 0, 1 => 1, 2 => 2, _ => 4 };
        _hasChecksum = (descriptor & 4) != 0;
        _isLastBlock = false;
        _blockRest = ZstdFrame.Magic.Length + 1 + (isSingleSegment ? 0 : 1) + dictionaryBytes + sizeBytes;
        _inFrame = true;
    }

    /// <summary>RFC 8878, 3.1.1.2: 3 bytes, with last block (bit 0), type (bits 1 and 2; 1 is a byte and its count) and size.</summary>
    private void OpenBlock()
    {
        if (!Fill(BlockHeaderSize))
        {
            throw Damaged("ends too early");
        }

        int header = _input[_start] | (_input[_start + 1] << 8) | (_input[_start + 2] << 16);
        _isLastBlock = (header & 1) != 0;
        _blockRest = BlockHeaderSize + ((header & 6) == 2 ? 1 : header >> 3) + (_isLastBlock && _hasChecksum ? ChecksumSize : 0);
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
                _decompressor.ResetStream();
                OpenHeader(header[ZstdFrame.Magic.Length]);
                return true;
            }

            if ((header[0] & 0xf0) != ZstdFrame.SkippableMagic[0] || !header[1..4].SequenceEqual(ZstdFrame.SkippableMagic[1..]))
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
