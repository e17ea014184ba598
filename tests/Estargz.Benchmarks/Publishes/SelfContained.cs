using System.Globalization;
using Estargz.Layers;

namespace Estargz.Benchmarks.Publishes;

/// <summary>An app that brings .NET along: its layers are large, so compression is a good part of the publish.</summary>
public static class SelfContained
{
    /// <summary>Prints the table.</summary>
    /// <param name="own">The app with this package.</param>
    /// <param name="stock">The app without.</param>
    /// <param name="cache">The package's cache.</param>
    /// <param name="runs">How many rounds.</param>
    public static async Task RunAsync(Publisher own, Publisher stock, string cache, int runs)
    {
        Comparison clean = new("clean: no `bin`, `obj` or compressed files; the base image converted and in the repository", "stock SDK, clean");
        Comparison mounted = new("the same, where this machine has brought such an app to another repository of the registry", "stock SDK, clean");
        Comparison line = new("one line changed", "stock SDK, one line changed");
        Comparison same = new("nothing changed", "stock SDK, nothing changed");
        Comparison plain = new("nothing changed", "`dotnet publish` without a container");
        foreach (var publisher in (Publisher[])[own, stock])
        {
            await publisher.PublishContainerAsync("first");
        }

        for (int run = 1; run <= runs; run++)
        {
            var round = string.Create(CultureInfo.InvariantCulture, $"round{run}");
            var (cold, other) = (await CleanAsync(own, round), await CleanAsync(stock, round));
            clean.Add(cold, other);
            mounted.Add(await CleanAsync(own, round + "other", isKnown: true), other);
            line.Add(await ChangeAsync(own), await ChangeAsync(stock));
            var unchanged = await own.PublishContainerAsync(round);
            same.Add(unchanged, await stock.PublishContainerAsync(round));
            plain.Add(unchanged, await stock.PublishAsync());

            // A repository that has the base image's layers, but none of the app's.
            async Task<Measured> CleanAsync(Publisher publisher, string repository, bool isKnown = false)
            {
                await publisher.MountBaseLayersAsync("first", repository);
                publisher.Clean();
                publisher.ChangeLine(2 * run);
                if (publisher == own)
                {
                    Directory.Delete(Path.Combine(cache, CacheFolder.Members), recursive: true);
                    if (!isKnown)
                    {
                        Directory.Delete(Path.Combine(cache, CacheFolder.Registries), recursive: true);
                    }
                }

                return await publisher.PublishContainerAsync(repository);
            }

            Task<Measured> ChangeAsync(Publisher publisher)
            {
                publisher.ChangeLine((2 * run) + 1);
                return publisher.PublishContainerAsync(round);
            }
        }

        Console.WriteLine($"\n### Self-contained app\n\n{Comparison.Head}\n{clean}\n{mounted}\n{line}\n{same}\n{plain}");
    }
}
