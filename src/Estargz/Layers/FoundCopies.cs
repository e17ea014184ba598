using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using Estargz.Images;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace Estargz.Layers;

/// <summary>
/// The copies of hot pieces that a blob has in its Extra fields (docs/hot-pieces.md), to be compared with the tar. A
/// chunk's digest does not show that a copy differs: it may be that of the copy, and nobody who unpacks looks at it.
/// </summary>
internal sealed class FoundCopies
{
    private readonly Dictionary<long, (long Length, Digest Digest)> _copies = [];
    private readonly List<(string Name, long ChunkOffset, TocEntry Chunk, long Length, Digest Digest)> _chunks = [];
    private readonly Inflater _inflater = new(noHeader: true);
    private readonly byte[] _piece = new byte[64 << 10];

    /// <summary>Looks for copies in an Extra field (RFC 1952, 2.3.1.1); what is none is passed over, as everywhere else.</summary>
    /// <param name="offset">Where in the blob the field begins.</param>
    /// <param name="extra">The field.</param>
    public void Read(long offset, ReadOnlyMemory<byte> extra)
    {
        for (int at = 0, next; at + 4 <= extra.Length; at = next)
        {
            var subfield = extra[at..].Span;
            next = at + 4 + BinaryPrimitives.ReadUInt16LittleEndian(subfield[2..]);
            if (next <= extra.Length && subfield.StartsWith(HotCopies.Subfield) && ReadMember(extra[(at + 4)..next]) is { } copy)
            {
                _copies[offset + at + 4] = copy;
            }
        }
    }

    /// <summary>Notes a chunk that is at no member of the blob's own.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="chunkOffset">Where in the file the chunk begins.</param>
    /// <param name="chunk">What the TOC says of it.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="digest">Digest of its bytes in the tar.</param>
    public void Expect(string name, long chunkOffset, TocEntry chunk, long length, Digest digest) =>
        _chunks.Add((name, chunkOffset, chunk, length, digest));

    /// <summary>What is wrong, one line for each chunk, when the whole blob was read.</summary>
    public IEnumerable<string> Compare()
    {
        foreach (var (name, chunkOffset, chunk, length, digest) in _chunks)
        {
            if (chunk.InnerOffset != 0 || !_copies.TryGetValue(chunk.Offset, out var copy))
            {
                yield return $"'{name}': no gzip member with the chunk at byte {chunkOffset} begins at offset {chunk.Offset}.";
            }
            else if (copy != (length, digest))
            {
                yield return $"'{name}': the copy of the chunk at byte {chunkOffset}, which lazy clients read, at offset {chunk.Offset}, is not what the tar holds.";
            }
        }
    }

    /// <summary>Exactly one member, from the start of the subfield to its end, with a header as short as can be.</summary>
    private (long Length, Digest Digest)? ReadMember(ReadOnlyMemory<byte> member)
    {
        if (member.Length < 18 || !member.Span.StartsWith(GzipMember.Header[..4]))
        {
            return null;
        }

        var body = member[10..^8].ToArray();
        var trailer = member[^8..].Span;
        var crc = new Crc32();
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long length = 0;
        try
        {
            _inflater.Reset();
            _inflater.SetInput(body, 0, body.Length);
            for (int count; (count = _inflater.Inflate(_piece)) > 0;)
            {
                crc.Append(_piece.AsSpan(0, count));
                sha256.AppendData(_piece, 0, count);
                length += count;
            }
        }
        catch (Exception)
        {
            // Not all damage is a SharpZipBaseException: a tree that is too full leads past the end of an array.
            return null;
        }

        return _inflater.IsFinished && _inflater.RemainingInput == 0
            && BinaryPrimitives.ReadUInt32LittleEndian(trailer) == crc.GetCurrentHashAsUInt32()
            && BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) == (uint)length
                ? (length, Digest.OfHash(sha256.GetHashAndReset()))
                : null;
    }
}
