using Estargz.Images;

namespace Estargz.Layers;

/// <summary>Reads a range of a blob: offset and number of bytes.</summary>
public delegate ValueTask<ReadOnlyMemory<byte>> ReadRange(long offset, int count, CancellationToken cancellationToken);

/// <summary>
/// Footer and TOC of an eStargz blob, read as a lazy client reads them: a few kilobytes from the end, nothing else.
/// </summary>
/// <param name="Toc">The table of contents.</param>
/// <param name="TocDigest">Digest of the TOC's JSON, to be compared with the descriptor's annotation.</param>
/// <param name="TocOffset">Where the TOC's member begins in the blob, in bytes.</param>
/// <param name="FooterSize">The size of the footer in bytes.</param>
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
            return null;
        }

        long memberSize = size - footerSize - tocOffset;
        if (memberSize <= 0 || memberSize > MaxTocMember)
        {
            throw new EstargzException(
                DiagnosticCode.NotEstargz,
                $"The layer's footer points to a table of contents at byte {tocOffset} of {size}, which cannot be.");
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
