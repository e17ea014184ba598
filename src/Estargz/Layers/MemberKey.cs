using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Estargz.Layers;

/// <summary>What a member's compressed bytes depend on: SHA-256 over its content and what compresses it.</summary>
/// <remarks>Not UInt128: what holds one is not compiled ahead, and that would be most of a layer's writer.</remarks>
/// <param name="A">The first quarter.</param>
/// <param name="B">The second.</param>
/// <param name="C">The third.</param>
/// <param name="D">The last.</param>
internal readonly record struct MemberKey(ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>The length of a written key in bytes.</summary>
    public const int Size = 32;

    /// <summary>The key of a member; the chunk, digested already, is not read again.</summary>
    /// <param name="compressor">What compresses it.</param>
    /// <param name="chunkSha256">SHA-256 of the chunk that begins the member.</param>
    /// <param name="chunkLength">Its length in bytes.</param>
    /// <param name="rest">The padding and headers behind it.</param>
    public static MemberKey Of(Compressor compressor, ReadOnlySpan<byte> chunkSha256, int chunkLength, ReadOnlySpan<byte> rest)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, chunkLength);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(compressor.Name.AsSpan()));
        hash.AppendData(chunkSha256);
        hash.AppendData(length);
        hash.AppendData(rest);
        Span<byte> key = stackalloc byte[Size];
        hash.GetHashAndReset(key);
        return Read(key);
    }

    /// <summary>Reads a written key.</summary>
    public static MemberKey Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));

    /// <summary>Writes the key.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, A);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], B);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], C);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], D);
    }
}
