using System.Globalization;

namespace Estargz.Layers;

/// <summary>
/// The times of a tar header to the nanosecond, as RFC 3339 writes them and as Go's reader, and so containers/storage,
/// understands them; null where the header has none.
/// </summary>
/// <param name="Modified">When the content was changed.</param>
/// <param name="Accessed">When the file was read.</param>
/// <param name="Changed">When the file's attributes were changed.</param>
internal sealed record HeaderTimes(string? Modified, string? Accessed, string? Changed)
{
    /// <summary>What stands for no time: to containers/storage both are the same.</summary>
    public const string Zero = "1970-01-01T00:00:00Z";

    /// <summary>As exact as times are: of more digits, the rest is cut off.</summary>
    private const int Digits = 9;

    /// <summary>The times in all header blocks of an entry.</summary>
    public static HeaderTimes Of(ReadOnlySpan<byte> header)
    {
        var reader = new TarReader(new MemoryStream(header.ToArray()), (_, length) => new LayerReader.Unread(length));
        reader.Read();
        return reader.Times;
    }

    /// <summary>The times in an entry's own block and the records before it.</summary>
    public static HeaderTimes Of(ReadOnlySpan<byte> block, PaxRecords pax)
    {
        bool isGnu = block[257..265].SequenceEqual("ustar  \0"u8);
        bool isStar = block[257..263].SequenceEqual("ustar\0"u8) && block[508..].SequenceEqual("tar\0"u8);
        return new HeaderTimes(
            pax.Text("mtime") is { } mtime ? OfRecord(mtime) : OfField(block[136..148]),
            pax.Text("atime") is { } atime ? OfRecord(atime) : isGnu && block[345] != 0 ? OfField(block[345..357]) : isStar ? OfField(block[476..488]) : null,
            pax.Text("ctime") is { } ctime ? OfRecord(ctime) : isGnu && block[357] != 0 ? OfField(block[357..369]) : isStar ? OfField(block[488..500]) : null);
    }

    private static string? OfField(ReadOnlySpan<byte> field) => TarBlock.ReadNumber(field) is { } seconds ? TocWriter.FormatTime(seconds) : null;

    private static string? OfRecord(string time)
    {
        int end = time.IndexOf('.', StringComparison.Ordinal) is var point && point < 0 ? time.Length : Math.Min(time.Length, point + 1 + Digits);
        if (!decimal.TryParse(time.AsSpan(0, end), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds)
            || Math.Abs(seconds) >= long.MaxValue || TocWriter.FormatTime((long)decimal.Floor(seconds)) is not { } whole)
        {
            return null;
        }

        decimal rest = seconds - decimal.Floor(seconds);
        return rest == 0 ? whole : whole[..^1] + rest.ToString(".#########", CultureInfo.InvariantCulture) + "Z";
    }
}
