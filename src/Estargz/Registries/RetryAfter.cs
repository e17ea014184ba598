using System.Globalization;

namespace Estargz.Registries;

/// <summary>The wait that an answer asks for (RFC 9110, section 10.2.3): seconds or a date.</summary>
internal static class RetryAfter
{
    /// <summary>The wait; null for what is absent, malformed, negative or in the past.</summary>
    public static TimeSpan? Parse(string? value, DateTimeOffset now)
    {
        // Whole seconds only, and so many at most that they are still a TimeSpan.
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds))
        {
            return TimeSpan.FromSeconds(seconds);
        }

        return DateTimeOffset.TryParseExact(value, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            && date > now ? date - now : null;
    }
}
