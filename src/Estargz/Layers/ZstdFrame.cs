using System.Buffers.Binary;
using Estargz.Deflate;

namespace Estargz.Layers;

/// <summary>What begins the frames of a zstd stream (RFC 8878, 3.1).</summary>
internal static class ZstdFrame
{
    /// <summary>Magic number (4) and size (4) before the data of a skippable frame.</summary>
    public const int SkippableHeaderSize = 8;

    /// <summary>Begins a frame with compressed content.</summary>
    public static ReadOnlySpan<byte> Magic => [0x28, 0xb5, 0x2f, 0xfd];

    /// <summary>Begins a frame that decompressors pass over; of the sixteen, the one that zstd:chunked uses.</summary>
    public static ReadOnlySpan<byte> SkippableMagic => [0x50, 0x2a, 0x4d, 0x18];

    /// <summary>Whether bytes are the beginning of a zstd stream: of a frame with content, or of a skippable one.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Magic) || BeginsSkippable(bytes);

    /// <summary>Whether bytes begin with the magic number of one of the sixteen skippable frames.</summary>
    public static bool BeginsSkippable(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= SkippableMagic.Length && (bytes[0] & 0xf0) == SkippableMagic[0] && bytes[1..SkippableMagic.Length].SequenceEqual(SkippableMagic[1..]);

    /// <summary>Whether a blob that can seek is a zstd stream.</summary>
    public static async Task<bool> BeginsAsync(Stream blob, CancellationToken cancellationToken)
    {
        var head = new byte[Magic.Length];
        blob.Position = 0;
        await blob.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return Begins(head);
    }

    /// <summary>Appends a skippable frame.</summary>
    public static void WriteSkippable(ReadOnlySpan<byte> data, GrowingBuffer output)
    {
        output.Write(SkippableMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(output.Append(sizeof(uint)), (uint)data.Length);
        output.Write(data);
    }
}
