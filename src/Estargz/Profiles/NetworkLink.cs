using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Estargz.Profiles;

/// <summary>The way from the registry to the machine that starts the container.</summary>
/// <param name="RoundTrip">The time from a request to the first byte of its answer.</param>
/// <param name="BitsPerSecond">How much comes through, in bits per second.</param>
public sealed partial record NetworkLink(TimeSpan RoundTrip, long BitsPerSecond)
{
    /// <summary>A data centre's link to a registry in the same region.</summary>
    public static NetworkLink Default { get; } = new(TimeSpan.FromMilliseconds(20), 100_000_000);

    /// <summary>The links that estimates are given for: 20, 100 and 1000 Mbit/s, with round trips that go with them.</summary>
    public static ImmutableArray<NetworkLink> Typical { get; } =
        [new(TimeSpan.FromMilliseconds(50), 20_000_000), Default, new(TimeSpan.FromMilliseconds(1), 1_000_000_000)];

    /// <summary>
    /// Reads <c>20ms/100mbit</c>: a time in <c>ms</c> or <c>s</c>, a rate in <c>kbit</c>, <c>mbit</c> or <c>gbit</c> per
    /// second, in powers of ten. From 0 to 10 s, from 1 kbit to 1000 Gbit.
    /// </summary>
    /// <param name="text">The text; case and blanks around it do not matter.</param>
    /// <param name="from">Where it came from, for messages: <c>EstargzLink</c>.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidProperty"/>.</exception>
    public static NetworkLink Parse(string text, string from)
    {
        var parts = Form().Match(text);
        if (Number(parts.Groups["time"]) is { } time && Number(parts.Groups["rate"]) is { } rate)
        {
            double milliseconds = time * (Is("timeUnit", "ms") ? 1 : 1000);
            double bits = rate * (Is("rateUnit", "kbit") ? 1e3 : Is("rateUnit", "mbit") ? 1e6 : 1e9);
            if (milliseconds <= 10_000 && bits is >= 1e3 and <= 1e12)
            {
                return new NetworkLink(TimeSpan.FromMilliseconds(milliseconds), (long)Math.Round(bits));
            }
        }

        throw new EstargzException(
            DiagnosticCode.InvalidProperty,
            $"{from} is '{text}', which is no link between a registry and its clients. Give round trip and rate as in 20ms/100mbit, 50ms/20mbit or 1ms/1gbit, up to 10s and 1000gbit.");

        bool Is(string group, string unit) => parts.Groups[group].Value.Equals(unit, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>As <see cref="Parse"/> reads it: <c>20ms/100mbit</c>.</summary>
    public override string ToString()
    {
        var (rate, unit) = BitsPerSecond switch
        {
            >= 1_000_000_000 => (BitsPerSecond / 1e9, "gbit"),
            >= 1_000_000 => (BitsPerSecond / 1e6, "mbit"),
            _ => (BitsPerSecond / 1e3, "kbit"),
        };
        return FormattableString.Invariant($"{RoundTrip.TotalMilliseconds:0.####}ms/{rate:0.############}{unit}");
    }

    private static double? Number(Group group) =>
        group.Success && double.TryParse(group.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) ? number : null;

    [GeneratedRegex(@"^\s*(?<time>[0-9]{1,9}(\.[0-9]{1,9})?)(?<timeUnit>ms|s)/(?<rate>[0-9]{1,9}(\.[0-9]{1,9})?)(?<rateUnit>[kmg]bit)\s*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
