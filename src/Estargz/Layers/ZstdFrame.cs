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

    /// <summary>Appends a skippable frame.</summary>
    public static void WriteSkippable(ReadOnlySpan<byte> data, GrowingBuffer output)
    {
        output.Write(SkippableMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(output.Append(sizeof(uint)), (uint)data.Length);
        output.Write(data);
    }
}
