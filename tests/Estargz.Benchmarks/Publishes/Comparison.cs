using System.Globalization;

namespace Estargz.Benchmarks.Publishes;

/// <summary>One row: this package against something else, in the same rounds.</summary>
/// <param name="what">What was done.</param>
/// <param name="against">What the other one is.</param>
public sealed class Comparison(string what, string against)
{
    private readonly List<(double Own, double Other)> _rounds = [];

    /// <summary>The head of the table.</summary>
    public const string Head = """
        | what | against | seconds | other's seconds | ratio | difference, s |
        |---|---|---|---|---|---|
        """;

    /// <summary>Adds a round.</summary>
    public void Add(Measured own, Measured other)
    {
        Console.Error.WriteLine($"{what}: {own}, {against}: {other}");
        _rounds.Add((own.WallSeconds, other.WallSeconds));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {what} | {against} | {Statistics.Spread(Own)} | {Statistics.Spread(Other)} | {Statistics.Spread(Statistics.Ratios(Own, Other))} | {Statistics.Spread(_rounds.Select(r => r.Own - r.Other), "+0.00;-0.00")} |");

    private IEnumerable<double> Own => _rounds.Select(r => r.Own);

    private IEnumerable<double> Other => _rounds.Select(r => r.Other);
}
