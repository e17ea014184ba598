namespace Estargz.Layers;

/// <summary>
/// Reads the entries of a tar archive: v7, ustar, GNU and PAX, sparse files in all four formats. Understands an archive
/// the way Go's reader does, since that is what container runtimes unpack layers with; global PAX headers, for one, are
/// passed over. Trusts nothing: every size is checked before it is used.
/// </summary>
/// <param name="tar">The archive. A stream that can seek is not read where contents are.</param>
/// <param name="slice">Makes a source of a range of the archive: offset and length in bytes.</param>
internal sealed class TarReader(Stream tar, Func<long, long, ByteSource> slice)
{
    /// <summary>PATH_MAX of Linux without the zero at its end.</summary>
    private const int MaxPath = 4095;

    private readonly byte[] _block = new byte[TarBlock.Size];

    /// <summary>Asked for once: a file asks the system each time.</summary>
    private readonly long _length = tar.CanSeek ? tar.Length : -1;
    private PaxRecords _pax = PaxRecords.None;
    private long _position;
    private long _contentEnd;
    private long _next;

    /// <summary>Whether the entry read last was stored as a sparse file.</summary>
    public bool IsSparse { get; private set; }

    /// <summary>The exact times of the entry read last.</summary>
    public HeaderTimes Times => HeaderTimes.Of(_block, _pax);

    /// <summary>Where the stored content of the entry read last begins, in bytes from the start of the archive.</summary>
    public long ContentOffset { get; private set; }

    /// <summary>Where the header of the entry read last begins, in bytes from the start of the archive.</summary>
    public long HeaderOffset { get; private set; }

    /// <summary>Reads the next header.</summary>
    /// <returns>Null at the end of the archive.</returns>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.TarInvalid"/>.</exception>
    public Entry? Read()
    {
        var pax = PaxRecords.None;
        string? longName = null, longLink = null;
        HeaderOffset = _next;
        while (true)
        {
            SkipTo(_next);
            if (!ReadHeaderBlock())
            {
                return null;
            }

            long size = TarBlock.ReadNumber(_block.AsSpan(124, 12)) is { } n and >= 0 ? n : throw Invalid("a size field is malformed");
            switch (_block[156])
            {
                case (byte)'x':
                    pax = PaxRecords.Parse(ReadExtension(size));
                    break;
                case (byte)'g' when _next == HeaderOffset:
                    ReadExtension(size);
                    HeaderOffset = _next;
                    break;
                case (byte)'L':
                    longName = TarBlock.ReadText(ReadExtension(size));
                    break;
                case (byte)'K':
                    longLink = TarBlock.ReadText(ReadExtension(size));
                    break;
                default:
                    _pax = pax;
                    return ReadEntry(pax, longName, longLink, size);
            }
        }
    }

    /// <summary>Reads stored content of the entry read last, from where the last call stopped.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.TarInvalid"/>: the archive ends before.</exception>
    public void ReadContent(Span<byte> buffer) => Fill(buffer);

    private Entry ReadEntry(PaxRecords pax, string? longName, string? longLink, long headerSize)
    {
        byte flag = _block[156];
        bool isPaxSparse = flag != (byte)'S' && SparseMapReader.IsSparse(pax);

        // The block's own name comes last: a longer one is cut off there, perhaps within a character.
        var name = (isPaxSparse ? pax.Text("GNU.sparse.name") : null) ?? longName ?? pax.Text("path") ?? ReadUstarName();
        var type = TypeOf(flag, name);
        long stored = type != EntryType.File ? 0 : pax.Number("size") ?? headerSize;
        CheckEntry(name, type, stored, isPaxSparse);
        long headerOffset = HeaderOffset;
        long contentOffset = _position;
        var sparse = flag == (byte)'S' ? SparseMapReader.ReadGnu(_block, stored, Fill)
            : isPaxSparse ? SparseMapReader.ReadPax(pax, stored, Fill)
            : null;
        stored -= flag == (byte)'S' ? 0 : _position - contentOffset;
        IsSparse = sparse is not null;
        ContentOffset = _position;
        _contentEnd = ContentOffset + stored;
        _next = _contentEnd + TarBlock.Padding(stored);
        var entry = new Entry
        {
            Name = name,
            Type = type,
            Mode = Field(100, 8),
            UserId = pax.Number("uid") ?? Field(108, 8),
            GroupId = pax.Number("gid") ?? Field(116, 8),
            UserName = pax.Text("uname") ?? (HasMagic ? TarBlock.ReadText(_block.AsSpan(265, 32)) : ""),
            GroupName = pax.Text("gname") ?? (HasMagic ? TarBlock.ReadText(_block.AsSpan(297, 32)) : ""),
            ModifiedSeconds = pax.Time("mtime") ?? Field(136, 12),
            LinkName = longLink ?? pax.Text("linkpath") ?? TarBlock.ReadText(_block.AsSpan(157, 100)),
            DeviceMajor = type is EntryType.CharDevice or EntryType.BlockDevice ? Field(329, 8) : 0,
            DeviceMinor = type is EntryType.CharDevice or EntryType.BlockDevice ? Field(337, 8) : 0,
            Xattrs = pax.Xattrs(),
            Content = sparse is null ? slice(ContentOffset, stored) : sparse.Expand(slice(ContentOffset, stored)),
        };

        // The header of a sparse file describes what is stored; an ordinary file needs an ordinary one.
        return sparse is null ? entry with { Header = slice(headerOffset, ContentOffset - headerOffset) } : entry;
    }

    private void CheckEntry(string name, EntryType type, long stored, bool isSparse)
    {
        var wrong = name.Length == 0 ? "an entry has no name"
            : name.Length > MaxPath ? $"a name of {name.Length} characters begins with '{name[..40]}', and no path on Linux has more than {MaxPath}"
            : stored < 0 || stored > long.MaxValue - _position - TarBlock.Size ? $"'{name}' has a size of {stored} bytes"
            : Array.IndexOf(name.Split('/'), "..") >= 0 ? $"the name '{name}' leads out of the image"
            : isSparse && type != EntryType.File ? $"'{name}' is sparse and not a file"
            : null;
        if (wrong is not null)
        {
            throw Invalid(wrong);
        }
    }

    private bool HasMagic => _block.AsSpan(257, 5).SequenceEqual("ustar"u8);

    private string ReadUstarName()
    {
        var name = TarBlock.ReadText(_block.AsSpan(0, 100));

        // GNU's variant has other things where ustar has its prefix.
        var prefix = _block.AsSpan(257, 6).SequenceEqual("ustar\0"u8) ? TarBlock.ReadText(_block.AsSpan(345, 155)) : "";
        return prefix.Length == 0 ? name : prefix + "/" + name;
    }

    private long Field(int offset, int length) =>
        TarBlock.ReadNumber(_block.AsSpan(offset, length)) ?? throw Invalid($"the field at byte {offset} of a header is not a number");

    private static EntryType TypeOf(byte flag, string name) => (char)flag switch
    {
        '\0' when name.EndsWith('/') => EntryType.Directory,
        '\0' or '0' or '7' or 'S' => EntryType.File,
        '1' => EntryType.HardLink,
        '2' => EntryType.Symlink,
        '3' => EntryType.CharDevice,
        '4' => EntryType.BlockDevice,
        '5' => EntryType.Directory,
        '6' => EntryType.Fifo,
        _ => throw Invalid($"'{name}' has the type '{(char)flag}', which eStargz cannot express"),
    };

    private byte[] ReadExtension(long size)
    {
        if (size > PaxRecords.MaxBytes)
        {
            throw Invalid($"an extended header has {size} bytes, more than {PaxRecords.MaxBytes}");
        }

        var body = new byte[size];
        Fill(body);
        _contentEnd = _position;
        _next = _position + TarBlock.Padding(size);
        return body;
    }

    private bool ReadHeaderBlock()
    {
        int read = ReadBlock();
        if (read == _block.Length && IsZero)
        {
            // Two blocks of zeros are the end. What follows a single one is seen by some readers and not by others.
            return ReadBlock() < _block.Length || IsZero ? false : throw Invalid("entries follow a block of zeros");
        }

        return read != 0 && (read == _block.Length && TarBlock.IsSealed(_block) ? true : throw Invalid($"the header at byte {_position - read} is damaged"));
    }

    private bool IsZero => !_block.AsSpan().ContainsAnyExcept((byte)0);

    private int ReadBlock()
    {
        int read = tar.ReadAtLeast(_block, _block.Length, throwOnEndOfStream: false);
        _position += read;
        return read;
    }

    /// <summary>
    /// Goes on to the next header. Some builders leave out the padding of the last file, so only content has to be there.
    /// </summary>
    private void SkipTo(long position)
    {
        long content = _contentEnd - _position;
        if (_length >= 0)
        {
            if (_contentEnd > _length)
            {
                throw EndsTooEarly();
            }

            tar.Seek(position - _position, SeekOrigin.Current);
            _position = position;
            return;
        }

        var buffer = new byte[Math.Clamp(position - _position, 0, 64 << 10)];
        for (; content > 0; content = _contentEnd - _position)
        {
            Fill(buffer.AsSpan(0, (int)Math.Min(content, buffer.Length)));
        }

        _position += tar.ReadAtLeast(buffer.AsSpan(0, (int)(position - _position)), (int)(position - _position), throwOnEndOfStream: false);
    }

    private void Fill(Span<byte> buffer)
    {
        int read = tar.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        _position += read;
        if (read < buffer.Length)
        {
            throw EndsTooEarly();
        }
    }

    private static EstargzException EndsTooEarly() => Invalid("it ends in the middle of a file");

    private static EstargzException Invalid(string why) =>
        new(DiagnosticCode.TarInvalid, $"The tar archive is damaged or unusual: {why}.");
}
