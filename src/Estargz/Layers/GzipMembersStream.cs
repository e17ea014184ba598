using System.Buffers.Binary;
using System.IO.Hashing;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace Estargz.Layers;

/// <summary>
/// Decompresses a blob member by member and knows exactly where each begins. The framework's GZipStream tells no
/// boundaries, takes a truncated stream for a complete one and passes over what follows the last member; a verifier can
/// have none of that.
/// </summary>
/// <param name="blob">The blob, read forward.</param>
internal sealed class GzipMembersStream(Stream blob) : MembersStream
{
    private readonly Inflater _inflater = new(noHeader: true);
    private readonly Crc32 _crc = new();
    private readonly byte[] _input = new byte[128 << 10];
    private readonly byte[] _piece = new byte[128 << 10];
    private int _start;
    private int _end;
    private long _consumed;
    private long _memberSize;
    private bool _inMember;

    /// <summary>Is told of each Extra field: where in the blob it begins, and what is in it.</summary>
    public Action<long, ReadOnlyMemory<byte>> ExtraFound { get; init; } = (_, _) => { };

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (!_inMember && !OpenMember())
            {
                return 0;
            }

            int count = Inflate(Math.Min(buffer.Length, _piece.Length));
            if (count > 0)
            {
                _piece.AsSpan(0, count).CopyTo(buffer);
                _crc.Append(buffer[..count]);
                _memberSize += count;
                Count += count;
                return count;
            }

            CloseMember();
        }

        return 0;
    }

    /// <summary>RFC 1952, 2.3: ten bytes, then what the flags announce.</summary>
    private bool OpenMember()
    {
        if (_start == _end && !Fill())
        {
            return false;
        }

        MemberOffset = _consumed;
        Members[_consumed] = Count;
        Span<byte> header = stackalloc byte[10];
        Take(header);
        if (header[0] != 0x1f || header[1] != 0x8b || header[2] != 8 || (header[3] & 0xe0) != 0)
        {
            throw Damaged("has no gzip header");
        }

        byte flags = header[3];
        if ((flags & 4) != 0)
        {
            Take(header[..2]);
            var extra = new byte[BinaryPrimitives.ReadUInt16LittleEndian(header)];
            long offset = _consumed;
            Take(extra);
            ExtraFound(offset, extra);
        }

        for (int texts = ((flags >> 3) & 1) + ((flags >> 4) & 1); texts > 0;)
        {
            Take(header[..1]);
            texts -= header[0] == 0 ? 1 : 0;
        }

        if ((flags & 2) != 0)
        {
            Take(header[..2]);
        }

        _inflater.Reset();
        _crc.Reset();
        _memberSize = 0;
        return _inMember = true;
    }

    private int Inflate(int count)
    {
        while (true)
        {
            int inflated = TryInflate(count);
            if (inflated > 0 || _inflater.IsFinished)
            {
                return inflated;
            }

            if (_inflater.IsNeedingDictionary || !_inflater.IsNeedingInput || (_start == _end && !Fill()))
            {
                throw Damaged("ends too early");
            }

            _inflater.SetInput(_input, _start, _end - _start);
            _consumed += _end - _start;
            _start = _end;
        }
    }

    private int TryInflate(int count)
    {
        try
        {
            return _inflater.Inflate(_piece, 0, count);
        }
        catch (Exception e)
        {
            // Not all damage is a SharpZipBaseException: a tree that is too full leads past the end of an array.
            throw Damaged($"is damaged ({e.Message})");
        }
    }

    private void CloseMember()
    {
        // What the inflater was given and did not need belongs to the trailer and to the next member.
        int rest = _inflater.RemainingInput;
        _start -= rest;
        _consumed -= rest;
        Span<byte> trailer = stackalloc byte[8];
        Take(trailer);
        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer) != _crc.GetCurrentHashAsUInt32()
            || BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) != (uint)_memberSize)
        {
            throw Damaged("has a wrong checksum or size");
        }

        _inMember = false;
    }

    private void Take(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_start == _end && !Fill())
            {
                throw Damaged("ends too early");
            }

            int count = Math.Min(bytes.Length, _end - _start);
            _input.AsSpan(_start, count).CopyTo(bytes);
            bytes = bytes[count..];
            _start += count;
            _consumed += count;
        }
    }

    private bool Fill()
    {
        _start = 0;
        _end = blob.Read(_input);
        return _end > 0;
    }

    private EstargzException Damaged(string what) =>
        new(DiagnosticCode.LayerDamaged, $"The gzip member at byte {MemberOffset} {what}.");
}
