using System.Buffers.Binary;

namespace Estargz.Deflate;

/// <summary>Content that deflate carries as it is (RFC 1951, 3.2.4).</summary>
internal static class StoredBlocks
{
    /// <summary>The bytes before the content of a block: final or not (1), LEN (2), its complement (2).</summary>
    private const int HeaderSize = 5;

    /// <summary>The bytes that some content takes, headers included.</summary>
    public static long SizeOf(int length) => length + (HeaderSize * Math.Max(1, (length + (long)ushort.MaxValue - 1) / ushort.MaxValue));

    /// <summary>Appends content in blocks as large as can be; empty content takes one, too.</summary>
    public static void Write(ReadOnlySpan<byte> content, GrowingBuffer output)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        do
        {
            var block = content[..Math.Min(content.Length, ushort.MaxValue)];
            content = content[block.Length..];
            header[0] = (byte)(content.IsEmpty ? 1 : 0);
            BinaryPrimitives.WriteUInt16LittleEndian(header[1..], (ushort)block.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(header[3..], (ushort)~block.Length);
            output.Write(header);
            output.Write(block);
        }
        while (!content.IsEmpty);
    }
}
