using System.Globalization;

namespace Estargz.Images;

/// <summary>
/// The time that a reproducible build gives instead of the clock's: <c>SOURCE_DATE_EPOCH</c>, as the Reproducible
/// Builds project specifies it.
/// </summary>
public static class SourceDateEpoch
{
    private const long Last = 253402300799; // 9999-12-31T23:59:59Z, the last second with a year of four digits.

    /// <summary>Reads the variable.</summary>
    /// <param name="text">Whole seconds since 1970-01-01T00:00:00Z in decimal digits; null or empty where it is not set.</param>
    /// <returns>The time, in UTC; or null.</returns>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidProperty"/>: silently using the clock would
    /// give other bytes for every build.</exception>
    public static DateTimeOffset? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds <= Last
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new EstargzException(
                DiagnosticCode.InvalidProperty,
                $"SOURCE_DATE_EPOCH is {Excerpt.Of(text)}: it must be whole seconds since 1970, 0 to {Last}, or empty.");
    }
}
