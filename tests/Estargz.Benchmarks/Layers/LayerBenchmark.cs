using System.Globalization;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.Benchmarks.Layers;

/// <summary>What it takes to build one layer, in whole processes.</summary>
public static class LayerBenchmark
{
    /// <summary>Prints a table for each input.</summary>
    public static async Task<int> RunAsync(Options options)
    {
        Console.WriteLine(await Machine.DescribeAsync());
        foreach (var name in options.Names)
        {
            var input = await LayerInput.All.Single(input => input.Name == name).MakeAsync();
            Print(input, await MeasureAsync(input, options.Runs));
        }

        return 0;
    }

    /// <summary>Each builder once, then all again: a busy moment of the machine does not hit one alone.</summary>
    private static async Task<Dictionary<LayerBuilder, List<(Measured Run, long Size)>>> MeasureAsync(LayerInput input, int runs)
    {
        using var scratch = new TemporaryFolder();
        var builders = LayerBuilder.All.Where(builder => !builder.NeedsFolder || input.Changing is not null).ToList();
        var all = builders.ToDictionary(builder => builder, _ => new List<(Measured, long)>());
        for (int round = 1; round <= runs; round++)
        {
            foreach (var builder in builders)
            {
                var output = scratch[string.Create(CultureInfo.InvariantCulture, $"layer{builders.IndexOf(builder)}")];
                var run = await builder.BuildAsync(input, output, round);
                all[builder].Add((run, new FileInfo(output).Length));
                Console.Error.WriteLine($"{input.Name}, round {round}, {builder.Title}: {run}");
            }
        }

        return all;
    }

    private static void Print(LayerInput input, Dictionary<LayerBuilder, List<(Measured Run, long Size)>> all)
    {
        var reference = all[LayerBuilder.Reference];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            ### {input.Title}

            A tar of {new FileInfo(input.Tar).Length:N0} bytes. Medians of {reference.Count} rounds, then the smallest and the largest.

            | builder | CPU s | wall s | peak MB | bytes | CPU against level 9 | size against level 9 |
            |---|---|---|---|---|---|---|
            """));
        foreach (var (builder, runs) in all)
        {
            var ratio = Statistics.Spread(Statistics.Ratios(runs.Select(r => r.Run.CpuSeconds), reference.Select(r => r.Run.CpuSeconds)), "0.000");
            double size = 100 * (((double)runs[^1].Size / reference[^1].Size) - 1);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {builder.Title} | {Statistics.Spread(runs.Select(r => r.Run.CpuSeconds))} | {Statistics.Spread(runs.Select(r => r.Run.WallSeconds))} | {Statistics.Median(runs.Select(r => r.Run.PeakBytes / 1e6)):0} | {runs[^1].Size:N0} | {ratio} | {size:+0.00;-0.00} % |"));
        }
    }
}
