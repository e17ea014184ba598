using Estargz.MSBuild.Tests.Peers;

namespace Estargz.Benchmarks.Publishes;

/// <summary>Whole publishes to a real registry, with the package as it ships.</summary>
public static class PublishBenchmark
{
    /// <summary>What can be measured alone.</summary>
    public static IReadOnlyList<string> Parts { get; } = ["selfcontained", "framework", "memory", "upload"];

    /// <summary>Prints a table for each part.</summary>
    public static async Task<int> RunAsync(Options options)
    {
        Console.WriteLine(await Machine.DescribeAsync());
        await using var registry = await DockerRegistry.StartAsync();
        var baseImage = await MSBuild.Tests.Peers.BaseImage.PushAsync(registry);
        using var package = new PackedPackage();
        await package.InitializeAsync();
        foreach (var part in options.Names)
        {
            await (part switch
            {
                "selfcontained" => WithBothAsync((own, stock) => SelfContained.RunAsync(own, stock, package.Cache, options.Runs), "--runtime", "linux-x64", "--self-contained"),
                "framework" => WithBothAsync((own, stock) => FrameworkDependent.RunAsync(own, stock, package.Cache, options.Runs)),
                "memory" => WithBothAsync((own, stock) => PeakMemory.RunAsync(own, stock, package.Cache, options.Runs)),
                _ => UploadThroughput.RunAsync(registry, options.Runs),
            });
        }

        return 0;

        async Task WithBothAsync(Func<Publisher, Publisher, Task> measure, params string[] arguments)
        {
            using var own = new Publisher("estargz", await PublishedApp.FromTemplateAsync("web", package), registry, baseImage, arguments);
            using var stock = new Publisher("stock", await PublishedApp.FromTemplateAsync("web"), registry, baseImage, arguments);
            await measure(own, stock);
        }
    }
}
