using System.Buffers.Binary;

namespace Estargz.Layers;

/// <summary>
/// CRC-64 with the polynomial of ISO 3309, reflected: what tar-split has for each file. System.IO.Hashing has that of
/// ECMA-182. Eight bytes a step, with a table for each.
/// </summary>
internal sealed class Crc64
{
    private const ulong Polynomial = 0xd800000000000000;

    private static readonly ulong[][] Tables = CreateTables();

    private ulong _crc = ulong.MaxValue;

    /// <summary>Takes the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        ulong crc = _crc;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc ^= BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            ulong next = 0;
            for (int i = 0; i < sizeof(ulong); i++)
            {
                next ^= Tables[sizeof(ulong) - 1 - i][(byte)(crc >> (8 * i))];
            }

            crc = next;
        }

        foreach (byte value in bytes)
        {
            crc = Tables[0][(byte)(crc ^ value)] ^ (crc >> 8);
        }

        _crc = crc;
    }

    /// <summary>The checksum of all bytes, big endian; begins anew.</summary>
    public byte[] Finish()
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ~_crc);
        _crc = ulong.MaxValue;
        return bytes;
    }

    private static ulong[][] CreateTables()
    {
        var tables = new ulong[sizeof(ulong)][];
        for (int table = 0; table < tables.Length; table++)
        {
            tables[table] = new ulong[256];
            for (int value = 0; value < 256; value++)
            {
                ulong crc = table == 0 ? (ulong)value : tables[table - 1][value];
                if (table == 0)
                {
                    for (int bit = 0; bit < 8; bit++)
                    {
                        crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : Polynomial);
                    }
                }
                else
                {
                    crc = tables[0][(byte)crc] ^ (crc >> 8);
                }

                tables[table][value] = crc;
            }
        }

        return tables;
    }
}
