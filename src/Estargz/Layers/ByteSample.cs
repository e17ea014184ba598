namespace Estargz.Layers;

/// <summary>
/// A look at 4 KiB of some content, taken evenly from all of it: in files that are compressed already, all bytes occur
/// nearly equally often. It counts and does not round, so that its answer is the same on every machine.
/// </summary>
internal static class ByteSample
{
    private const int Pieces = 16;
    private const int PieceSize = 256;
    private const int Size = Pieces * PieceSize;

    /// <summary>
    /// Bytes at random have a sum of squared counts of n²/256 + n. What deflate cannot make smaller by 2 % has up to an eighth
    /// more, compiled code and text have over four times as much.
    /// </summary>
    private const int FlatBelow = ((Size * (Size / 256)) + Size) * 9 / 8;

    /// <summary>Whether content looks compressed already. What is short is not worth the question.</summary>
    public static bool LooksCompressed(ReadOnlySpan<byte> content)
    {
        if (content.Length < 2 * Size)
        {
            return false;
        }

        Span<int> counts = stackalloc int[256];
        counts.Clear();
        for (int piece = 0; piece < Pieces; piece++)
        {
            int start = (int)((content.Length - (long)PieceSize) * piece / (Pieces - 1));
            foreach (byte value in content.Slice(start, PieceSize))
            {
                counts[value]++;
            }
        }

        int squares = 0;
        foreach (int count in counts)
        {
            squares += count * count;
        }

        return squares < FlatBelow;
    }
}
