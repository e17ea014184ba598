using System.Security.Cryptography;

namespace Estargz.Layers;

/// <summary>Bytes of a file in the cache with their SHA-256 before them: what a disk changed is not taken for true.</summary>
internal static class CheckedBytes
{
    /// <summary>The file.</summary>
    public static byte[] ToFile(ReadOnlySpan<byte> bytes) => [.. SHA256.HashData(bytes), .. bytes];

    /// <summary>The bytes of a file; none if they are not those that were written.</summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> file)
    {
        var bytes = file[Math.Min(file.Length, SHA256.HashSizeInBytes)..];
        return SHA256.HashData(bytes).AsSpan().SequenceEqual(file[..^bytes.Length]) ? bytes : default;
    }
}
