using System.Globalization;
using System.Text;

namespace Estargz.Layers;

/// <summary>Writes tar archives block by block, right or wrong, without the code under test.</summary>
internal sealed class TarBuilder
{
    private readonly List<byte> _tar = [];

    /// <summary>The archive so far, with the two blocks that end it.</summary>
    public byte[] Ended => [.. _tar, .. new byte[1024]];

    public byte[] Unended => [.. _tar];

    public TarBuilder Raw(ReadOnlySpan<byte> bytes)
    {
        _tar.AddRange(bytes);
        return this;
    }

    /// <summary>A header, the content and its padding.</summary>
    public TarBuilder Add(
        string name, char type = '0', string content = "", string link = "", string? size = null, string mode = "0000644",
        string uid = "0000000", string time = "00000000000", Action<byte[]>? change = null)
    {
        var bytes = Encoding.Latin1.GetBytes(content);
        var block = new byte[512];
        Put(block, 0, name);
        Put(block, 100, mode);
        Put(block, 108, uid);
        Put(block, 116, "0000000");
        Put(block, 124, size ?? Octal(bytes.Length, 11));
        Put(block, 136, time);
        block[156] = (byte)type;
        Put(block, 157, link);
        Put(block, 257, "ustar\0" + "00");
        change?.Invoke(block);
        Put(block, 148, "        ");
        Put(block, 148, Octal(block.Sum(b => b), 6) + "\0 ");
        return Raw(block).Raw(bytes).Raw(new byte[-bytes.Length & 511]);
    }

    /// <summary>A PAX header for the entry that follows.</summary>
    public TarBuilder Pax(params string[] records) => Add("pax", 'x', string.Concat(records.Select(Record)));

    public static string Record(string record)
    {
        int length = record.Length + 3;
        while (length != record.Length + 2 + length.ToString(CultureInfo.InvariantCulture).Length)
        {
            length = record.Length + 2 + length.ToString(CultureInfo.InvariantCulture).Length;
        }

        return $"{length} {record}\n";
    }

    public static string Octal(long value, int digits) => Convert.ToString(value, 8).PadLeft(digits, '0');

    private static void Put(byte[] block, int offset, string text) => Encoding.Latin1.GetBytes(text).CopyTo(block, offset);
}
