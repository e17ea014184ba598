using System.Globalization;
using Estargz.Layers;

namespace Estargz.Benchmarks.Publishes;

/// <summary>A small app on a large base image: MSBuild takes the time, unless the base image has to be converted first.</summary>
public static class FrameworkDependent
{
    /// <summary>Prints the table.</summary>
    /// <param name="own">The app with this package.</param>
    /// <param name="stock">The app without.</param>
    /// <param name="cache">The package's cache.</param>
    /// <param name="runs">How many rounds.</param>
    public static async Task RunAsync(Publisher own, Publisher stock, string cache, int runs)
    {
        Comparison line = new("one line changed, base image converted", "stock SDK, one line changed");
        Comparison same = new("nothing changed", "stock SDK, nothing changed");
        Comparison plain = new("nothing changed", "`dotnet publish` without a container");
        Comparison first = new("first conversion of the base image, download and push included", "nothing changed");
        foreach (var publisher in (Publisher[])[own, stock])
        {
            await publisher.PublishContainerAsync("first");
        }

        for (int run = 1; run <= runs; run++)
        {
            own.ChangeLine(run);
            stock.ChangeLine(run);
            line.Add(await own.PublishContainerAsync("first"), await stock.PublishContainerAsync("first"));
            var unchanged = await own.PublishContainerAsync("first");
            same.Add(unchanged, await stock.PublishContainerAsync("first"));
            plain.Add(unchanged, await stock.PublishAsync());
            new CacheFolder(cache).Clear();
            first.Add(await own.PublishContainerAsync(string.Create(CultureInfo.InvariantCulture, $"empty{run}")), unchanged);
        }

        Console.WriteLine($"\n### Framework-dependent app\n\n{Comparison.Head}\n{line}\n{same}\n{plain}\n{first}");
    }
}
