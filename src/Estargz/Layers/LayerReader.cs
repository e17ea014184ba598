using Estargz.Deflate;
using Estargz.Images;

namespace Estargz.Layers;

/// <summary>Reads a range of a blob: offset and number of bytes.</summary>
public delegate ValueTask<ReadOnlyMemory<byte>> ReadRange(long offset, int count, CancellationToken cancellationToken);

/// <summary>
/// Footer and TOC of an eStargz or zstd:chunked blob, read as a lazy client reads them: a few kilobytes from the end, nothing else.
/// </summary>
/// <param name="Toc">The table of contents.</param>
/// <param name="TocDigest">Digest of the TOC's JSON, to be compared with the descriptor's annotation.</param>
/// <param name="TocOffset">Where the TOC's member, or the data of its frame, begins in the blob, in bytes.</param>
/// <param name="FooterSize">The size of the footer's member or frame in bytes.</param>
/// <param name="TocJsonSize">The size of the TOC's JSON in bytes.</param>
public sealed record LayerReader(Toc Toc, Digest TocDigest, long TocOffset, int FooterSize, long TocJsonSize)
{
    /// <summary>The largest compressed TOC that is read, in bytes.</summary>
    public const int MaxTocMember = 128 << 20;

    /// <summary>Deflate makes at most so many bytes of one: a larger claim is not believed, so that it costs no memory.</summary>
    private const long MaxRatio = 1032;

    /// <summary>Enough for the footer and most TOCs in one request.</summary>
    private const int FirstRead = 64 << 10;

    /// <summary>The bytes before the prefetch landmark; 0 where nothing is prefetched.</summary>
    public long PrefetchSize => Toc.Entries.FirstOrDefault(e => Entry.CleanPath(e.Name) == Landmark.Prefetch)?.Offset ?? 0;

    /// <summary>Copies of what is read of large files; null where there are none.</summary>
    public HotPieces? HotPieces => HotPieces.Of(Toc, TocOffset);

    /// <summary>What the annotations of a zstd:chunked layer have to say of the TOC; null in an eStargz layer.</summary>
    public ZstdChunkedIndex? ZstdChunked { get; init; }

    /// <summary>Opens a blob.</summary>
    /// <param name="size">The size of the blob in bytes.</param>
    /// <param name="read">Reads from it.</param>
    /// <param name="cancellationToken">Stops between reads.</param>
    /// <returns>Null when there is no footer: the blob is an ordinary layer.</returns>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.NotEstargz"/> or <see cref="DiagnosticCode.LayerDamaged"/>.</exception>
    public static async Task<LayerReader?> OpenAsync(long size, ReadRange read, CancellationToken cancellationToken)
    {
        long tailOffset = Math.Max(0, size - FirstRead);
        var tail = await read(tailOffset, (int)(size - tailOffset), cancellationToken).ConfigureAwait(false);
        if (Footer.Parse(tail.Span) is not var (tocOffset, footerSize))
        {
            return ZstdFooter.Parse(tail.Span) is { } zstd ? await OpenZstdAsync(size, zstd, read, cancellationToken).ConfigureAwait(false) : null;
        }

        long memberSize = size - footerSize - tocOffset;
        if (memberSize <= 0 || memberSize > MaxTocMember)
        {
            throw Misplaced(tocOffset, size);
        }

        var member = tocOffset >= tailOffset
            ? tail.Slice((int)(tocOffset - tailOffset), (int)memberSize)
            : await read(tocOffset, (int)memberSize, cancellationToken).ConfigureAwait(false);
        var json = ReadJson(member);
        return new LayerReader(Toc.Parse(json), Digest.OfBytes(json), tocOffset, footerSize, json.Length);
    }

    /// <summary>Opens a blob in a stream that can seek.</summary>
    /// <inheritdoc cref="OpenAsync(long, ReadRange, CancellationToken)"/>
    public static Task<LayerReader?> OpenAsync(Stream blob, CancellationToken cancellationToken) => OpenAsync(
        blob.Length,
        async (offset, count, token) =>
        {
            var buffer = new byte[count];
            blob.Position = offset;
            await blob.ReadExactlyAsync(buffer, token).ConfigureAwait(false);
            return buffer;
        },
        cancellationToken);

    /// <summary>Opens a blob that may be no such layer: null then, and where it only looks like one.</summary>
    public static async Task<LayerReader?> FindAsync(Stream blob, CancellationToken cancellationToken)
    {
        try
        {
            return await OpenAsync(blob, cancellationToken).ConfigureAwait(false);
        }
        catch (EstargzException)
        {
            return null;
        }
    }

    private static EstargzException Misplaced(long tocOffset, long size) => new(
        DiagnosticCode.NotEstargz,
        $"The layer's footer points to a table of contents at byte {tocOffset} of {size}, which cannot be.");

    private static async Task<LayerReader> OpenZstdAsync(long size, ZstdFooter footer, ReadRange read, CancellationToken cancellationToken)
    {
        int footerSize = footer.Size + ZstdFrame.SkippableHeaderSize;
        if (footer.TocOffset < ZstdFrame.SkippableHeaderSize || footer.TocLength is <= 0 or > MaxTocMember || footer.TocOffset > size - footerSize - footer.TocLength
            || footer.JsonLength is <= 0 or > Toc.MaxBytes)
        {
            throw Misplaced(footer.TocOffset, size);
        }

        var frame = await read(footer.TocOffset, (int)footer.TocLength, cancellationToken).ConfigureAwait(false);
        var json = ReadZstdJson(frame, footer.JsonLength);
        return new LayerReader(Toc.Parse(json), Digest.OfBytes(json), footer.TocOffset, footerSize, json.Length)
        {
            ZstdChunked = new ZstdChunkedIndex(Digest.OfBytes(frame.Span).ToString(), footer.Position, ""),
        };
    }

    /// <summary>The size is a claim: no more memory is taken than there are bytes.</summary>
    private static byte[] ReadZstdJson(ReadOnlyMemory<byte> frame, long length)
    {
        var json = new GrowingBuffer();
        using var content = new ZstdFramesStream(new MemoryStream(frame.ToArray(), writable: false));
        var piece = new byte[128 << 10];
        for (int count; json.Length <= length && (count = content.Read(piece)) > 0;)
        {
            json.Write(piece.AsSpan(0, count));
        }

        return json.Length == length
            ? json.Written.ToArray()
            : throw new EstargzException(DiagnosticCode.NotEstargz, "The layer's table of contents has another size than its footer says.");
    }

    private static byte[] ReadJson(ReadOnlyMemory<byte> member)
    {
        using var compressed = new MemoryStream(member.ToArray(), writable: false);
        using var tar = new GzipMembersStream(compressed);
        var reader = new TarReader(tar, (_, length) => new Unread(length));
        var entry = reader.Read();
        if (entry is null || entry.Name != Toc.EntryName || entry.Type != EntryType.File || reader.IsSparse
            || entry.Size > Math.Min(Toc.MaxBytes, member.Length * MaxRatio))
        {
            throw new EstargzException(DiagnosticCode.NotEstargz, $"The layer's footer does not point to {Toc.EntryName}.");
        }

        var json = new byte[entry.Size];
        reader.ReadContent(json);
        return tar.Members.Count == 1
            ? json
            : throw new EstargzException(DiagnosticCode.NotEstargz, "The layer's table of contents is not one gzip member.");
    }

    /// <summary>Content whose size alone is known.</summary>
    internal sealed class Unread(long length) : ByteSource
    {
        public override long Length => length;

        public override void Read(long offset, Span<byte> buffer) => throw new NotSupportedException();
    }
}
