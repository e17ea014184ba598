using System.IO.Hashing;
using System.Security.Cryptography;
using Estargz.Deflate;

namespace Estargz.Layers;

/// <summary>
/// Some members that one worker reads, digests and compresses in one go: one big chunk, or many small files, so that a
/// layer of tiny files costs no hand-over for each.
/// </summary>
internal sealed class MemberBatch
{
    /// <summary>A batch is full at this size in bytes: long enough to outweigh a hand-over, short enough to share out.</summary>
    private const int FullAt = 1 << 20;

    private readonly GrowingBuffer _content = new();
    private readonly GrowingBuffer _compressed = new();
    private readonly GrowingBuffer _copy = new();

    /// <summary>The members, each with what compressing it brought.</summary>
    public List<Member> Members { get; } = [];

    /// <summary>The tar bytes of all members; a copy has none.</summary>
    public ReadOnlyMemory<byte> Content => _content.Written;

    /// <summary>The gzip members, one after the other.</summary>
    public ReadOnlyMemory<byte> Compressed => _compressed.Written;

    /// <summary>Takes the next members, as many as fill the batch.</summary>
    /// <returns>False when there are none.</returns>
    public bool Take(IEnumerator<MemberPlan> plans)
    {
        Members.Clear();
        long size = 0;
        while ((size < FullAt || Members[^1].Plan.GoesOn) && plans.MoveNext())
        {
            Members.Add(new Member { Plan = plans.Current });
            size += plans.Current.Chunk.Length + TarBlock.Size;
        }

        // Not step by step: each would copy what there is to memory that the kernel has to find first.
        _content.Clear();
        _content.Reserve((int)size);
        _compressed.Clear();
        _compressed.Reserve((int)size + (64 << 10));
        return Members.Count > 0;
    }

    /// <summary>Reads, digests and compresses every member; those that an earlier layer had are only copied.</summary>
    /// <param name="entries">The entries of the layer.</param>
    /// <param name="compressor">What compresses a member.</param>
    /// <param name="cached">The file that the layer is written to, where earlier ones are kept.</param>
    public MemberBatch Compress(IReadOnlyList<Entry> entries, Func<MemberPlan, Compressor> compressor, CachedBlob? cached)
    {
        int start = 0;
        foreach (var member in Members)
        {
            member.ContentOffset = _content.Length;
            member.InnerOffset = _content.Length - start;
            ReadMember(member, entries);
            member.CompressedOffset = _compressed.Length;
            if (member.Plan.GoesOn)
            {
                continue;
            }

            if (member.Plan.IsCopy)
            {
                _copy.Clear();
                compressor(member.Plan).WriteMember(_content.Written.Span[start..], member.Plan.Chunk.Length, _copy);
                GzipMember.WriteExtra(HotCopies.Subfield, _copy.Written.Span, _compressed);
                _content.Shrink(start);
            }
            else
            {
                CompressMember(member, start, compressor(member.Plan), cached);
            }

            member.CompressedLength = _compressed.Length - member.CompressedOffset;
            start = _content.Length;
        }

        return this;
    }

    /// <param name="member">The last that goes into the gzip member.</param>
    /// <param name="start">Where in the content the gzip member begins.</param>
    /// <param name="compressor">What compresses it.</param>
    /// <param name="cached">The file that the layer is written to, where earlier ones are kept.</param>
    private void CompressMember(Member member, int start, Compressor compressor, CachedBlob? cached)
    {
        var content = _content.Written.Span[start..];
        if (cached is null)
        {
            member.ChunkEnd = compressor.WriteMember(content, member.Plan.Chunk.Length, _compressed);
            return;
        }

        // A chunk that begins the member, as most do, is digested already.
        int chunk = member.ContentOffset == start && member.Plan.Entry >= 0 ? member.Plan.Chunk.Length : 0;
        member.Key = MemberKey.Of(compressor, chunk > 0 ? member.ChunkSha256 : [], chunk, content[chunk..]);
        member.ChunkEnd = cached.TryRead(member.Key, _compressed) ?? compressor.WriteMember(content, member.Plan.Chunk.Length, _compressed);
        member.Checksum = XxHash3.HashToUInt64(_compressed.Written.Span[member.CompressedOffset..]);
    }

    private void ReadMember(Member member, IReadOnlyList<Entry> entries)
    {
        var plan = member.Plan;
        if (plan.Entry >= 0)
        {
            var chunk = _content.Append(plan.Chunk.Length);
            entries[plan.Entry].Content.Read(plan.Chunk.Offset, chunk);
            SHA256.HashData(chunk, member.ChunkSha256);
            if (plan.IsLastChunk(entries) && !plan.IsCopy)
            {
                _content.Append(TarBlock.Padding(entries[plan.Entry].Size)).Clear();
            }
        }

        for (int i = plan.HeadersFrom; i < plan.HeadersTo; i++)
        {
            var header = entries[i].Header;
            header.Read(0, _content.Append((int)header.Length));
            if (entries[i].Size == 0)
            {
                // Nothing to read, but whether there still is nothing is checked.
                entries[i].Content.Read(0, []);
            }
        }
    }

    /// <summary>One member of the batch.</summary>
    internal sealed class Member
    {
        public required MemberPlan Plan { get; init; }

        /// <summary>SHA-256 of the chunk.</summary>
        public byte[] ChunkSha256 { get; } = new byte[SHA256.HashSizeInBytes];

        /// <summary>Where in <see cref="Content"/> the member begins; its chunk comes first.</summary>
        public int ContentOffset { get; set; }

        /// <summary>Where in the decompressed gzip member it begins: 0 except in one that several share.</summary>
        public int InnerOffset { get; set; }

        /// <summary>Where in <see cref="Compressed"/> the gzip member begins.</summary>
        public int CompressedOffset { get; set; }

        /// <summary>The bytes of it that hold the chunk alone; 0 where the TOC does not tell.</summary>
        public int ChunkEnd { get; set; }

        /// <summary>The length of the gzip member in bytes; of one that several share, only the last knows it.</summary>
        public int CompressedLength { get; set; }

        /// <summary>What the member's bytes depend on, where they are kept.</summary>
        public MemberKey Key { get; set; }

        /// <summary>XXH3 of the gzip member, where it is kept.</summary>
        public ulong Checksum { get; set; }
    }
}
