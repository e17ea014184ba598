using System.Globalization;
using System.Text;

namespace Estargz.Layers;

/// <summary>The fields of a 512-byte tar header block (POSIX.1-2017, pax, "ustar Interchange Format").</summary>
internal static class TarBlock
{
    public const int Size = 512;

    /// <summary>Where the checksum field is: 8 bytes that count as spaces in the sum.</summary>
    private const int Checksum = 148;

    /// <summary>The number of bytes that fill the last block of so many bytes.</summary>
    public static int Padding(long length) => (int)(-length & (Size - 1));

    /// <summary>Writes a number in octal digits and a NUL; the caller has checked that it fits.</summary>
    public static void WriteOctal(Span<byte> field, long value)
    {
        for (int i = field.Length - 2; i >= 0; i--, value >>= 3)
        {
            field[i] = (byte)('0' + (value & 7));
        }
    }

    /// <summary>Whether a number fits the octal digits of a field.</summary>
    public static bool FitsOctal(long value, int fieldLength) => value >= 0 && value >> ((fieldLength - 1) * 3) == 0;

    /// <summary>Fills in the checksum: six octal digits, a NUL and a space.</summary>
    public static void Seal(Span<byte> block)
    {
        WriteOctal(block.Slice(Checksum, 7), Sum(block, signed: false));
        block[Checksum + 7] = (byte)' ';
    }

    /// <summary>Whether the checksum is right, as unsigned or, as old writers had it, as signed bytes.</summary>
    public static bool IsSealed(ReadOnlySpan<byte> block) =>
        ReadNumber(block.Slice(Checksum, 8)) is { } sum && (sum == Sum(block, signed: false) || sum == Sum(block, signed: true));

    /// <summary>Reads octal digits after spaces and NULs up to the next NUL, or GNU's base-256 number.</summary>
    /// <returns>Null when it is neither, or too large for 63 bits.</returns>
    public static long? ReadNumber(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
        {
            return ReadBase256(field);
        }

        var digits = field.Trim(" \0"u8);
        digits = digits.IndexOf((byte)0) is var nul and >= 0 ? digits[..nul] : digits;
        long value = 0;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7' || value >> 60 != 0)
            {
                return null;
            }

            value = (value << 3) | (uint)(digit - '0');
        }

        return value;
    }

    /// <summary>The text of a field up to its first NUL.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.TarInvalid"/>: the text is not UTF-8.</exception>
    public static string ReadText(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return DecodeText(end < 0 ? field : field[..end]);
    }

    /// <summary>Names are UTF-8 here, because a TOC cannot hold anything else.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.TarInvalid"/>.</exception>
    public static string DecodeText(ReadOnlySpan<byte> text)
    {
        try
        {
            return Strict.GetString(text);
        }
        catch (DecoderFallbackException e)
        {
            throw new EstargzException(
                DiagnosticCode.TarInvalid,
                $"The tar archive has a name that is not UTF-8 ('{Encoding.Latin1.GetString(text)}'), which eStargz cannot express. In a publish, EstargzBaseImage=keep leaves the base image's layers as they are.",
                e);
        }
    }

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static long? ReadBase256(ReadOnlySpan<byte> field)
    {
        bool negative = (field[0] & 0x40) != 0;
        long value = negative ? -1 : 0;
        for (int i = 0; i < field.Length; i++)
        {
            // The first byte's top bit is the marker, its second the sign.
            byte bits = i == 0 ? (byte)(negative ? field[0] : field[0] & 0x7f) : field[i];
            if (value >> 55 != (negative ? -1 : 0))
            {
                return null;
            }

            value = (value << 8) | bits;
        }

        return value;
    }

    private static long Sum(ReadOnlySpan<byte> block, bool signed)
    {
        return Of(block[..Checksum]) + (8 * ' ') + Of(block[(Checksum + 8)..Size]);

        long Of(ReadOnlySpan<byte> bytes)
        {
            long sum = 0;
            foreach (byte value in bytes)
            {
                sum += signed ? (sbyte)value : value;
            }

            return sum;
        }
    }

    /// <summary>Seconds of a PAX time (<c>1350244992.023960108</c>) rounded to the nearest, halves up, as the reference does.</summary>
    /// <returns>Null when it is not a time.</returns>
    public static long? ReadPaxTime(ReadOnlySpan<byte> text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds)
        && Math.Abs(seconds) < long.MaxValue
            ? (long)decimal.Floor(seconds + 0.5m)
            : null;
}
