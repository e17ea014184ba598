namespace Estargz.Deflate;

/// <summary>
/// Compresses content that is in memory as a whole into raw deflate (RFC 1951). The bytes depend on the content and the
/// effort alone: not on the processor, the operating system or the version of .NET. One thread at a time.
/// </summary>
/// <remarks>
/// Loops that see every byte are compiled by the JIT at once and fully: otherwise, in a process that lives for a second, most
/// of the work is done by code that still counts how often it runs. For the parsers that takes 10 ms, so they are there
/// twice: a process that has little to compress uses what is compiled already.
/// </remarks>
/// <param name="much">Above how many bytes, by all of this class, a process has much to compress.</param>
internal sealed unsafe class Deflater(long much = 256 << 10)
{
    /// <summary>Another one where the same content and effort give other bytes than before.</summary>
    public const int Version = 1;

    private static long _seen;

    private readonly short[] _tables = HashChains.Allocate();
    private readonly Block _block = new();
    private readonly BlockWriter _writer = new();
    private OptimalParser? _optimal;
    private HashChains _chains;

    /// <summary>Appends the compressed content.</summary>
    public void Compress(ReadOnlySpan<byte> content, Effort effort, GrowingBuffer output)
    {
        bool isMuch = Interlocked.Add(ref _seen, content.Length) > much;
        fixed (byte* start = content)
        {
            byte* end = start + content.Length;
            _chains = new(_tables, start, end);
            if (effort.Passes > 0)
            {
                _optimal ??= new();
                _optimal.Begin(start, end);
            }

            byte* at = start;
            do
            {
                byte* blockStart = at;
                at = Fill(at, end, effort, isMuch);
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
    private byte* Fill(byte* at, byte* end, Effort effort, bool isMuch)
    {
        // Another one replaces it: its end and about what symbols cost are all that is needed.
        effort = effort.Passes > 0 ? Effort.First : effort;
        byte* start = at;
        _block.Begin();
        do
        {
            byte* stop = at + Math.Min(Block.LookEvery, end - at);
            if (effort.Lookahead == 0)
            {
                at = isMuch ? GreedyParser.TakeMuch(ref _chains, _block, at, stop, end, effort) : GreedyParser.Take(ref _chains, _block, at, stop, end, effort);
            }

            if (at < stop)
            {
                at = isMuch ? LazyParser.TakeMuch(ref _chains, _block, at, stop, end, effort) : LazyParser.Take(ref _chains, _block, at, stop, end, effort);
            }
        }
        while (at < end && !_block.IsFull((int)(at - start), (int)(end - at)));
        _block.End();
        return at;
    }
}
