using System.Globalization;
using System.Text;

namespace Estargz.Layers;

/// <summary>
/// Writes tar headers: ustar, with a PAX header before it only where ustar cannot hold a value (POSIX.1-2017, pax).
/// The framework's own writer puts its process id into every PAX header, which no reproducible layer can have.
/// </summary>
internal static class TarHeader
{
    /// <summary>Where each field of a ustar block is: offset and length.</summary>
    private static readonly Range
        Name = 0..100, Mode = 100..108, Uid = 108..116, Gid = 116..124, Size = 124..136, Time = 136..148,
        Link = 157..257, UserName = 265..297, GroupName = 297..329, Major = 329..337, Minor = 337..345, Prefix = 345..500;

    /// <summary>The header blocks of a file that everyone may read, root's, without a time.</summary>
    public static byte[] EncodeFile(string name, long size) =>
        Encode(new Entry { Name = name, Type = EntryType.File, Mode = Convert.ToInt64("644", 8) }, size);

    /// <summary>The header blocks of an entry: 512 bytes, or more with a PAX header.</summary>
    public static byte[] Encode(Entry entry) => Encode(entry, entry.Size);

    private static byte[] Encode(Entry entry, long size)
    {
        SortedDictionary<string, ReadOnlyMemory<byte>>? pax = null;
        var block = new byte[TarBlock.Size];
        PutName(block, entry.Name, ref pax);
        PutText(block, Link, entry.LinkName, "linkpath", ref pax);
        PutText(block, UserName, entry.UserName, "uname", ref pax);
        PutText(block, GroupName, entry.GroupName, "gname", ref pax);
        PutNumber(block, Mode, entry.Mode & 0x1fffff, "", ref pax);
        PutNumber(block, Uid, entry.UserId, "uid", ref pax);
        PutNumber(block, Gid, entry.GroupId, "gid", ref pax);
        PutNumber(block, Size, size, "size", ref pax);
        PutNumber(block, Time, entry.ModifiedSeconds, "mtime", ref pax);
        if (entry.Type is EntryType.CharDevice or EntryType.BlockDevice)
        {
            PutNumber(block, Major, entry.DeviceMajor, "SCHILY.devmajor", ref pax);
            PutNumber(block, Minor, entry.DeviceMinor, "SCHILY.devminor", ref pax);
        }

        foreach (var (name, value) in entry.Xattrs)
        {
            Records(ref pax)["SCHILY.xattr." + name] = value;
        }

        Finish(block, entry.Type.ToTypeFlag());
        return pax is null ? block : [.. EncodePax(entry, pax), .. block];
    }

    private static byte[] EncodePax(Entry entry, SortedDictionary<string, ReadOnlyMemory<byte>> records)
    {
        var body = new MemoryStream();
        foreach (var (keyword, value) in records)
        {
            WriteRecord(body, keyword, value.Span);
        }

        var block = new byte[TarBlock.Size];

        // Only tools that do not know PAX ever see this name.
        var path = Encoding.ASCII.GetBytes("PaxHeaders/" + entry.Path.Split('/')[^1]);
        path.AsSpan(0, Math.Min(path.Length, 100)).CopyTo(block);
        TarBlock.WriteOctal(block.AsSpan(Mode), Convert.ToInt64("644", 8));
        TarBlock.WriteOctal(block.AsSpan(Uid), 0);
        TarBlock.WriteOctal(block.AsSpan(Gid), 0);
        TarBlock.WriteOctal(block.AsSpan(Size), body.Length);
        TarBlock.WriteOctal(block.AsSpan(Time), 0);
        Finish(block, (byte)'x');
        return [.. block, .. body.ToArray(), .. new byte[TarBlock.Padding(body.Length)]];
    }

    /// <summary>One record, <c>LENGTH KEYWORD=VALUE\n</c>, whose length counts its own digits.</summary>
    private static void WriteRecord(MemoryStream body, string keyword, ReadOnlySpan<byte> value)
    {
        int rest = Encoding.UTF8.GetByteCount(keyword) + value.Length + 3;
        int length = rest + 1;
        while (length != rest + Digits(length))
        {
            length = rest + Digits(length);
        }

        body.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{length} {keyword}=")));
        body.Write(value);
        body.WriteByte((byte)'\n');

        static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;
    }

    private static void PutName(byte[] block, string name, ref SortedDictionary<string, ReadOnlyMemory<byte>>? pax)
    {
        // ustar splits a long name at a slash: up to 155 bytes in the prefix field, up to 100 in the name field.
        int slash = name.Length <= 100 ? -1 : name.IndexOf('/', Math.Max(1, name.Length - 101));
        if (Ascii.IsValid(name) && slash is > 0 and <= 155 && slash < name.Length - 1)
        {
            Encoding.ASCII.GetBytes(name.AsSpan(0, slash), block.AsSpan(Prefix));
            Encoding.ASCII.GetBytes(name.AsSpan(slash + 1), block.AsSpan(Name));
        }
        else
        {
            PutText(block, Name, name, "path", ref pax);
        }
    }

    private static void PutText(byte[] block, Range field, string text, string keyword, ref SortedDictionary<string, ReadOnlyMemory<byte>>? pax)
    {
        if (Ascii.IsValid(text) && text.Length <= block.AsSpan(field).Length)
        {
            Encoding.ASCII.GetBytes(text, block.AsSpan(field));
        }
        else
        {
            Records(ref pax)[keyword] = Encoding.UTF8.GetBytes(text);
        }
    }

    private static void PutNumber(byte[] block, Range field, long value, string keyword, ref SortedDictionary<string, ReadOnlyMemory<byte>>? pax)
    {
        if (TarBlock.FitsOctal(value, block.AsSpan(field).Length))
        {
            TarBlock.WriteOctal(block.AsSpan(field), value);
        }
        else
        {
            TarBlock.WriteOctal(block.AsSpan(field), 0);
            Records(ref pax)[keyword] = Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Few headers need any.</summary>
    private static SortedDictionary<string, ReadOnlyMemory<byte>> Records(ref SortedDictionary<string, ReadOnlyMemory<byte>>? pax) =>
        pax ??= new(StringComparer.Ordinal);

    private static void Finish(byte[] block, byte typeFlag)
    {
        block[156] = typeFlag;
        "ustar\0"u8.CopyTo(block.AsSpan(257));
        "00"u8.CopyTo(block.AsSpan(263));
        TarBlock.Seal(block);
    }
}
