using Estargz.Deflate;
using Estargz.Images;

namespace Estargz.Layers;

/// <summary>
/// Raw deflate of one member at a time. The same content gives the same bytes, on every thread. What is compressed already
/// (png, jpg, woff2, zip, br) is stored as it is, which costs next to no time.
/// </summary>
internal abstract class DeflateCompressor : Compressor
{
    /// <summary>Part of <see cref="Compressor.Name"/>: changes when other content is stored.</summary>
    protected const string Choice = "stored 1";

    /// <summary>
    /// What looks compressed is tried at level 1 on so many bytes from its middle: twice the distance at which deflate finds
    /// what it has seen before.
    /// </summary>
    private const int TrialSize = 64 << 10;

    /// <summary>Appends the compressed content, without any header. It is never larger than stored blocks would be.</summary>
    internal void Compress(ReadOnlySpan<byte> content, GrowingBuffer output)
    {
        int start = output.Length;
        if (!IsCompressed(content, output))
        {
            Deflate(content, output);
        }

        if (output.Length == start || output.Length - start > StoredBlocks.SizeOf(content.Length))
        {
            output.Shrink(start);
            StoredBlocks.Write(content, output);
        }
    }

    private bool IsCompressed(ReadOnlySpan<byte> content, GrowingBuffer scratch)
    {
        if (!ByteSample.LooksCompressed(content))
        {
            return false;
        }

        // Bytes at random may be the same bytes again and again.
        int start = scratch.Length;
        int length = Math.Min(content.Length, TrialSize);
        Deflate(content.Slice((content.Length - length) / 2, length), scratch, fast: true);
        int compressed = scratch.Length - start;
        scratch.Shrink(start);
        return compressed > length / 32 * 31;
    }

    /// <summary>Appends the content in deflate's format.</summary>
    /// <param name="content">All of it.</param>
    /// <param name="output">Where to.</param>
    /// <param name="fast">Whether it is level 1 instead of the chosen one.</param>
    internal abstract void Deflate(ReadOnlySpan<byte> content, GrowingBuffer output, bool fast = false);

    /// <inheritdoc/>
    internal override int WriteMember(ReadOnlySpan<byte> content, int chunkLength, GrowingBuffer output)
    {
        GzipMember.Write(this, content, output);
        return 0;
    }

    /// <inheritdoc/>
    internal override LayerEnd End(Toc toc, long offset, TarSplitWriter? tarSplit)
    {
        // The header goes to its place when the size is known: the JSON of a large layer is not copied.
        var content = new GrowingBuffer();
        content.Append(TarBlock.Size);
        toc.AppendJson(content);
        var json = content.Written[TarBlock.Size..];
        var digest = Digest.OfBytes(json.Span);
        content.Overwrite(0, TarHeader.Encode(new Entry { Name = Toc.EntryName, Type = EntryType.File, Content = ByteSource.Of(json) }));

        // The TOC's member also ends the tar: padding and two blocks of zeros.
        content.Append(TarBlock.Padding(json.Length) + (2 * TarBlock.Size)).Clear();
        var compressed = new GrowingBuffer();
        GzipMember.Write(this, content.Written.Span, compressed);
        compressed.Write(Footer.Create(offset));
        return new LayerEnd(content.Written, compressed.Written, digest);
    }
}
