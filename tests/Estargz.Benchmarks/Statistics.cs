using System.Globalization;

namespace Estargz.Benchmarks;

/// <summary>Medians, with the smallest and the largest value where that is said.</summary>
public static class Statistics
{
    /// <summary>The value in the middle; of an even number the mean of the two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The median, and in brackets the smallest and the largest: <c>1.10 (1.05-1.22)</c>.</summary>
    public static string Spread(IEnumerable<double> values, string format = "0.00")
    {
        double[] all = [.. values];
        return all.Length == 0 ? "-" : $"{Text(Median(all))} ({Text(all.Min())}-{Text(all.Max())})";

        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>Values of one series over those of another, run by run: a busy moment of the machine is in both.</summary>
    public static IEnumerable<double> Ratios(IEnumerable<double> values, IEnumerable<double> others) => values.Zip(others, (a, b) => a / b);
}
