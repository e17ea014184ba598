using System.Globalization;
using System.Text;

namespace Estargz.LazyStart;

/// <summary>The results in Markdown: medians, with the smallest and the largest of the seconds.</summary>
public static class Table
{
    /// <summary>A table for each app: a row for each image, a column for each link, then bytes and requests.</summary>
    public static string Of(IReadOnlyList<Start> starts)
    {
        var text = new StringBuilder();
        foreach (var app in starts.GroupBy(start => start.Image.App))
        {
            var shapes = app.Select(start => start.Shape).Distinct().ToList();
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"### {app.Key.Name}").AppendLine()
                .AppendLine(CultureInfo.InvariantCulture, $"| image | {string.Join(" | ", shapes)} | MB before ready | requests |")
                .AppendLine(CultureInfo.InvariantCulture, $"|---|{string.Concat(shapes.Select(_ => "---|"))}---|---|");
            foreach (var image in app.GroupBy(start => start.Image))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"| {image.Key.Variant.Title} | {string.Join(" | ", shapes.Select(shape => Seconds([.. image.Where(start => start.Shape == shape)])))} | {Range(image.Select(start => start.Measured.Network.Received / 1e6), "0.0")} | {Range(image.Select(start => (double)start.Measured.Network.Requests), "0")} |");
            }
        }

        return text.ToString();
    }

    private static string Seconds(IReadOnlyList<Start> starts)
    {
        double[] seconds = [.. starts.Select(start => start.Measured.Ready.TotalSeconds).Order()];
        var text = string.Create(CultureInfo.InvariantCulture, $"{seconds[seconds.Length / 2]:0.00} s [{seconds[0]:0.00}-{seconds[^1]:0.00}]");
        long rate = (starts[0].Shape.Link?.BitsPerSecond ?? 0) / 1_000_000;
        return starts[0].Image.Predictions.Seconds.TryGetValue(rate, out double predicted)
            ? string.Create(CultureInfo.InvariantCulture, $"{text}, foretold {predicted:0.0} s")
            : text;
    }

    private static string Range(IEnumerable<double> values, string format)
    {
        string[] ends = [.. new[] { values.Min(), values.Max() }.Select(value => value.ToString(format, CultureInfo.InvariantCulture)).Distinct()];
        return string.Join('-', ends);
    }
}
