using System.Buffers.Binary;
using System.IO.Hashing;

namespace Estargz.Layers;

/// <summary>Where the members of one blob are, so that a later layer can take over those it has, too.</summary>
internal sealed class MemberIndex
{
    /// <summary>Changes when a record does.</summary>
    private static ReadOnlySpan<byte> Magic => "ESGZIDX2"u8;

    /// <summary>Key (32), offset (8), length (4), the chunk's length in it (4), XXH3 of the bytes (8); numbers little endian.</summary>
    private const int RecordSize = MemberKey.Size + 24;

    private readonly List<(MemberKey Key, Place Place)> _members = [];

    /// <summary>The members in the order of the blob.</summary>
    public IReadOnlyList<(MemberKey Key, Place Place)> Members => _members;

    /// <summary>Adds a member.</summary>
    public void Add(MemberKey key, Place place) => _members.Add((key, place));

    /// <summary>Reads an index; null if that is none, or one of another version.</summary>
    public static MemberIndex? Parse(ReadOnlySpan<byte> bytes)
    {
        // The checksum at the end covers all: a record that was damaged would send a reader anywhere.
        if (bytes.Length < Magic.Length + 8 || !bytes.StartsWith(Magic) || (bytes.Length - Magic.Length - 8) % RecordSize != 0
            || XxHash3.HashToUInt64(bytes[..^8]) != BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..]))
        {
            return null;
        }

        var index = new MemberIndex();
        for (var records = bytes[Magic.Length..^8]; records.Length > 0; records = records[RecordSize..])
        {
            var place = records[MemberKey.Size..];
            index.Add(MemberKey.Read(records), new Place(
                BinaryPrimitives.ReadInt64LittleEndian(place),
                BinaryPrimitives.ReadInt32LittleEndian(place[8..]),
                BinaryPrimitives.ReadInt32LittleEndian(place[12..]),
                BinaryPrimitives.ReadUInt64LittleEndian(place[16..])));
        }

        return index;
    }

    /// <summary>The index as a file has it.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Magic.Length + (_members.Count * RecordSize) + 8];
        Magic.CopyTo(bytes);
        var records = bytes.AsSpan(Magic.Length);
        foreach (var (key, place) in _members)
        {
            key.Write(records);
            BinaryPrimitives.WriteInt64LittleEndian(records[MemberKey.Size..], place.Offset);
            BinaryPrimitives.WriteInt32LittleEndian(records[(MemberKey.Size + 8)..], place.Length);
            BinaryPrimitives.WriteInt32LittleEndian(records[(MemberKey.Size + 12)..], place.ChunkEnd);
            BinaryPrimitives.WriteUInt64LittleEndian(records[(MemberKey.Size + 16)..], place.Checksum);
            records = records[RecordSize..];
        }

        BinaryPrimitives.WriteUInt64LittleEndian(records, XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - 8)));
        return bytes;
    }

    /// <summary>Where a member is in its blob.</summary>
    /// <param name="Offset">Its first byte.</param>
    /// <param name="Length">Its length in bytes.</param>
    /// <param name="ChunkEnd">The bytes of it that hold the chunk alone; 0 where the TOC does not tell.</param>
    /// <param name="Checksum">XXH3 of its bytes: what is damaged is compressed anew.</param>
    internal readonly record struct Place(long Offset, int Length, int ChunkEnd, ulong Checksum);
}
