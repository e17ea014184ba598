using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Estargz.Images;

namespace Estargz.Layers;

/// <summary>
/// Tells whether the files of a layer are those of an earlier one without reading them: the system knows when each file last
/// changed. Costs about 5 microseconds a file.
/// </summary>
internal static class LayerStamp
{
    /// <summary>The stamp of a layer's entries; null where something of them can only be read.</summary>
    public static Digest? Of(IReadOnlyList<Entry> entries)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var entry in entries)
        {
            if (entry.Content.Stamp is not { } stamp)
            {
                return null;
            }

            var header = entry.Header;
            var blocks = new byte[header.Length];
            header.Read(0, blocks);
            Append(blocks);
            Append(Encoding.UTF8.GetBytes(stamp));
        }

        return Digest.OfHash(hash.GetHashAndReset());

        void Append(ReadOnlySpan<byte> bytes)
        {
            Span<byte> length = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }
    }
}
