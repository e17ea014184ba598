using System.Collections.Concurrent;
using Estargz.Deflate;
using Estargz.Images;
using ZstdSharp.Unsafe;

namespace Estargz.Layers;

/// <summary>
/// ZstdSharp's managed zstd. A blob is zstd:chunked: frames for chunks, frames for what stands between them, and three
/// skippable frames, which every decompressor passes over: TOC, tar-split data, footer.
/// </summary>
/// <param name="level">1 (fast) to 9 (small).</param>
internal sealed class ZstdCompressor(int level) : Compressor
{
    private readonly ConcurrentBag<ZstdSharp.Compressor> _idle = [];

    public override string Name => $"zstd:chunked with checksums and exact times, zstdsharp {typeof(ZstdSharp.Compressor).Assembly.GetName().Version} level {level}";

    internal override bool IsZstdChunked => true;

    /// <summary>A tar-split of this level.</summary>
    public TarSplitWriter CreateTarSplit() => new(level);

    internal override int WriteMember(ReadOnlySpan<byte> content, int chunkLength, GrowingBuffer output)
    {
        // containers/storage takes the frames of a chunk for nothing but the chunk.
        int start = output.Length;
        WriteFrame(content[..chunkLength], output);
        int end = output.Length;
        WriteFrame(content[chunkLength..], output);
        return end - start;
    }

    internal override LayerEnd End(Toc toc, long offset, TarSplitWriter? tarSplit)
    {
        ArgumentNullException.ThrowIfNull(tarSplit);
        var content = new byte[2 * TarBlock.Size];
        var split = tarSplit.Finish(content);
        var json = (toc with { TarSplitDigest = Digest.OfBytes(split.Span).ToString() }).ToJson();
        var frame = new GrowingBuffer();
        WriteFrame(json, frame);

        var output = new GrowingBuffer();
        WriteFrame(content, output);
        long tocOffset = offset + output.Length + ZstdFrame.SkippableHeaderSize;
        ZstdFrame.WriteSkippable(frame.Written.Span, output);
        long splitOffset = offset + output.Length + ZstdFrame.SkippableHeaderSize;
        ZstdFrame.WriteSkippable(split.Span, output);
        var footer = new ZstdFooter(tocOffset, frame.Length, json.Length);
        ZstdFrame.WriteSkippable(footer.Encode(), output);
        return new LayerEnd(content, output.Written, Digest.OfBytes(json))
        {
            ZstdChunked = new ZstdChunkedIndex(
                Digest.OfBytes(frame.Written.Span).ToString(),
                footer.Position,
                FormattableString.Invariant($"{splitOffset}:{split.Length}:{tarSplit.Size}")),
        };
    }

    /// <summary>With a checksum in each frame (4 bytes), so that nobody takes a damaged one for content.</summary>
    private ZstdSharp.Compressor Create()
    {
        var zstd = new ZstdSharp.Compressor(level);
        zstd.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return zstd;
    }

    private void WriteFrame(ReadOnlySpan<byte> content, GrowingBuffer output)
    {
        if (content.IsEmpty)
        {
            return;
        }

        var zstd = _idle.TryTake(out var idle) ? idle : Create();
        int start = output.Length;
        int length = zstd.Wrap(content, output.Append(ZstdSharp.Compressor.GetCompressBound(content.Length)));
        output.Shrink(start + length);
        _idle.Add(zstd);
    }
}
