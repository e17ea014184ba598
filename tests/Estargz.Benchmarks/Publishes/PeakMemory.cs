using System.Globalization;
using System.Security;
using Estargz.Benchmarks.Layers;
using Estargz.Layers;

namespace Estargz.Benchmarks.Publishes;

/// <summary>What a publish with a layer of 600 MB holds in memory. <c>dotnet publish</c> is its own MSBuild node.</summary>
public static class PeakMemory
{
    /// <summary>Prints the table.</summary>
    /// <param name="own">The app with this package; it gets the files.</param>
    /// <param name="stock">The app without; it stays small.</param>
    /// <param name="cache">The package's cache.</param>
    /// <param name="runs">How many rounds.</param>
    public static async Task RunAsync(Publisher own, Publisher stock, string cache, int runs)
    {
        var members = Path.Combine(cache, CacheFolder.Members);
        var input = await LayerInput.All.Single(input => input.Name == "base").MakeAsync();
        var items = File.ReadLines(input.List).Select(path => SecurityElement.Escape(path)).Select(path =>
            $"""<EstargzExtraFile Include="/{path}" TargetPath="/data/{path}" Layer="data" />""");
        await File.WriteAllTextAsync(Path.Combine(own.Folder, "Directory.Build.targets"), $"<Project><ItemGroup>{string.Concat(items)}</ItemGroup></Project>");
        (string What, List<Measured> Runs) idle = ("the project read, nothing built", []), plain = ("`dotnet publish` without a container", []),
            small = ("stock SDK, the small app alone", []), large = ("Estargz, with a layer of 600 MB", []);
        for (int run = 1; run <= runs; run++)
        {
            idle.Runs.Add(await own.EvaluateAsync());
            plain.Runs.Add(await own.PublishAsync());
            small.Runs.Add(await stock.PublishContainerAsync("first"));

            // Without what the round before compressed.
            Directory.CreateDirectory(members);
            Directory.Delete(members, recursive: true);
            large.Runs.Add(await own.PublishContainerAsync(string.Create(CultureInfo.InvariantCulture, $"round{run}")));
            Console.Error.WriteLine($"memory, round {run}: {idle.Runs[^1]}, {plain.Runs[^1]}, {small.Runs[^1]}, {large.Runs[^1]}");
        }

        double nothing = Median(idle.Runs);
        Console.WriteLine("\n### Peak memory\n\n| what | peak MB | above the first |\n|---|---|---|");
        foreach (var (what, all) in ((string, List<Measured>)[])[idle, plain, small, large])
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {Statistics.Spread(all.Select(run => run.PeakBytes / 1e6), "0")} | {Median(all) - nothing:+0} |"));
        }
    }

    private static double Median(IEnumerable<Measured> runs) => Statistics.Median(runs.Select(run => run.PeakBytes / 1e6));
}
