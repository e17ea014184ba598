using System.Numerics;
using System.Runtime.CompilerServices;

namespace Estargz.Deflate;

/// <summary>
/// Compresses content that is in memory as a whole into raw deflate (RFC 1951). The bytes depend on the content and the
/// effort alone: not on the processor, the operating system or the version of .NET. One thread at a time.
/// </summary>
/// <remarks>
/// Loops that see every byte are compiled by the JIT at once and fully: otherwise, in a process that lives for a second, most
/// of the work is done by code that still counts how often it runs.
/// </remarks>
internal sealed unsafe class Deflater
{
    /// <summary>Another one where the same content and effort give other bytes than before.</summary>
    public const int Version = 1;

    private readonly MatchFinder _matches = new();
    private readonly Block _block = new();
    private readonly BlockWriter _writer = new();
    private OptimalParser? _optimal;

    /// <summary>Appends the compressed content.</summary>
    public void Compress(ReadOnlySpan<byte> content, Effort effort, GrowingBuffer output)
    {
        fixed (byte* start = content)
        {
            byte* end = start + content.Length;
            _matches.Begin(start, end);
            if (effort.Passes > 0)
            {
                _optimal ??= new();
                _optimal.Begin(start, end);
            }

            byte* at = start;
            do
            {
                byte* blockStart = at;
                at = Fill(at, end, effort);
                if (effort.Passes > 0)
                {
                    _optimal!.Parse(_block, blockStart, (int)(at - blockStart), end, effort);
                }

                _writer.Write(_block, new ReadOnlySpan<byte>(blockStart, (int)(at - blockStart)), at == end, output);
            }
            while (at < end);
        }
    }

    /// <summary>Fills a block, and says where it ends.</summary>
    private byte* Fill(byte* at, byte* end, Effort effort)
    {
        // Another one replaces it: its end and about what symbols cost are all that is needed.
        effort = effort.Passes > 0 ? Effort.First : effort;
        byte* start = at;
        _block.Begin();
        do
        {
            byte* stop = at + Math.Min(Block.LookEvery, end - at);
            at = Take(at, stop, end, effort);
        }
        while (at < end && !_block.IsFull((int)(at - start), (int)(end - at)));
        _block.End();
        return at;
    }

    /// <summary>
    /// Takes each match as it is found, or looks ahead: where a better one begins soon after, what is before that are literals.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private byte* Take(byte* at, byte* stop, byte* end, Effort effort)
    {
        while (at < stop)
        {
            int offset = 0;
            int length = Find(at, end, Symbols.MinMatch - 1, effort.Depth, effort, ref offset);
            if (!Pays(length, offset, effort.Near))
            {
                _block.AddLiteral(*at++);
                continue;
            }

            int noted = 1;
            while (noted <= effort.Lookahead && length < effort.Enough)
            {
                // The further away, the more it has to save, and the less is it looked for.
                int ahead = noted++;
                int laterOffset = 0;
                int later = Find(at + ahead, end, length - 1, Math.Max(1, effort.Depth >> ahead), effort, ref laterOffset);
                if (later >= length && Gain(length, offset, later, laterOffset) > (4 * ahead) - 2)
                {
                    for (; ahead > 0; ahead--)
                    {
                        _block.AddLiteral(*at++);
                    }

                    (length, offset, noted) = (later, laterOffset, 1);
                }
            }

            _block.AddMatch(length, offset);
            if (length > noted)
            {
                _matches.Skip(at + noted, length - noted);
            }

            at += length;
        }

        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(byte* at, byte* end, int least, int depth, Effort effort, ref int offset)
    {
        int most = (int)Math.Min(Symbols.MaxMatch, end - at);
        return _matches.Find(at, least, Math.Min(effort.Enough, most), most, depth, ref offset);
    }

    private static bool Pays(int length, int offset, int near) => length > 3 || (length == 3 && offset <= near);

    /// <summary>About how many bits a later match saves: four a byte, less what its offset takes more.</summary>
    private static int Gain(int length, int offset, int later, int laterOffset) =>
        (4 * (later - length)) + BitOperations.Log2((uint)offset) - BitOperations.Log2((uint)laterOffset);
}
