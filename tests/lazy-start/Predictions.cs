using System.Globalization;
using System.Text.RegularExpressions;

namespace Estargz.LazyStart;

/// <summary>Seconds until ready as a publish foretells them, by Mbit/s.</summary>
/// <param name="Seconds">None where the publish said nothing.</param>
public sealed partial record Predictions(IReadOnlyDictionary<long, double> Seconds)
{
    /// <summary>Reads what a publish wrote: <c>ready in about 8.4 s at 20 Mbit/s, ...</c></summary>
    public static Predictions Read(string output) => new(Line().Matches(output).ToDictionary(
        match => long.Parse(match.Groups["rate"].ValueSpan, CultureInfo.InvariantCulture),
        match => double.Parse(match.Groups["seconds"].ValueSpan, CultureInfo.InvariantCulture)));

    [GeneratedRegex(@"(?<seconds>[0-9.]+) s at (?<rate>[0-9]+) Mbit/s")]
    private static partial Regex Line();
}
