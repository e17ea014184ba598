using Estargz.Deflate;
using Estargz.Images;

namespace Estargz.Layers;

/// <summary>
/// The copies of hot pieces while a layer is written (docs/hot-pieces.md): those at the front have been written when
/// their members come, those of heads wait for the TOC.
/// </summary>
internal sealed class HotCopies
{
    /// <summary>A client fetches its blocks of the blob; what it needs for the TOC, it has.</summary>
    private const int ClientBlock = 50_000;

    private readonly Dictionary<(int Entry, long ChunkOffset), (long Offset, Digest ChunkDigest)> _written = [];
    private readonly List<(int TocEntry, byte[] Member)> _heads = [];

    /// <summary>The subfield that holds a copy, a gzip member of its own.</summary>
    public static ReadOnlySpan<byte> Subfield => "HP"u8;

    private static ReadOnlySpan<byte> Padding => "PD"u8;

    /// <summary>Notes a copy at the front.</summary>
    /// <param name="plan">What is copied.</param>
    /// <param name="offset">Where in the blob the empty member begins.</param>
    /// <param name="chunkDigest">Digest of what is copied.</param>
    public void Add(MemberPlan plan, long offset, Digest chunkDigest) =>
        _written[(plan.Entry, plan.Chunk.Offset)] = (offset + GzipMember.ExtraStart, chunkDigest);

    /// <summary>Where a client finds a chunk: in its copy, or in the member that is written now.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>: the copy has other bytes.</exception>
    public long Place(Entry entry, MemberPlan plan, long offset, Digest chunkDigest) =>
        !_written.TryGetValue((plan.Entry, plan.Chunk.Offset), out var copy) ? offset
        : copy.ChunkDigest == chunkDigest ? copy.Offset
        : throw new EstargzException(
            DiagnosticCode.FileUnreadable,
            $"'{entry.Name}' changed while it was published. Publish again when nothing writes to it.");

    /// <summary>Keeps the first chunk of a file with hot pieces.</summary>
    /// <param name="tocEntry">Where in the TOC the file is.</param>
    /// <param name="member">Its member, with nothing but the chunk in it.</param>
    public void AddHead(int tocEntry, ReadOnlyMemory<byte> member) => _heads.Add((tocEntry, member.ToArray()));

    /// <summary>The heads' copies, with what puts them and the TOC's start into one block.</summary>
    /// <param name="offset">Where in the blob they go.</param>
    /// <param name="toc">Is told where the heads are.</param>
    public ReadOnlyMemory<byte> FinishHeads(long offset, TocWriter toc)
    {
        var output = new GrowingBuffer();
        long length = _heads.Sum(head => (long)head.Member.Length + GzipMember.ExtraFrame);
        long rest = ClientBlock - (offset % ClientBlock);
        if (length >= rest && length < ClientBlock - GzipMember.ExtraFrame)
        {
            GzipMember.WriteExtra(Padding, new byte[Math.Max(0, rest - GzipMember.ExtraFrame)], output);
        }

        foreach (var (entry, member) in _heads)
        {
            toc.SetOffset(entry, offset + output.Length + GzipMember.ExtraStart);
            GzipMember.WriteExtra(Subfield, member, output);
        }

        return output.Written;
    }
}
