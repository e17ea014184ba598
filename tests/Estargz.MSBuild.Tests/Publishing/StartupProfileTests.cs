using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>What a start-up profile does to the layers.</summary>
[Trait("Category", "Real")]
[Collection("messages")]
public sealed class StartupProfileTests(RegistryFixture registries, PackedPackage package)
{
    [Requires("base-image", "peers")]
    public async Task Its_paths_come_first_each_in_its_layer_through_links_of_the_image()
    {
        var (publish, report) = await PublishAsync("found", """
            # what this test reads
            /app/app.dll
            /lib/x86_64-linux-gnu/libc.so.6
            usr/bin/dotnet
            /usr/share/dotnet/shared/Microsoft.NETCore.App/*/System.Private.*.dll
            """);

        Assert.DoesNotContain("warning", publish.Output, StringComparison.Ordinal);
        Assert.Contains("lib", report.Layers[0].Prioritized!);
        Assert.Contains("usr/lib/x86_64-linux-gnu/libc.so.6", report.Layers[0].Prioritized!);
        Assert.Contains("usr/bin/dotnet", report.Layers[1].Prioritized!);
        Assert.Contains("usr/share/dotnet/dotnet", report.Layers[1].Prioritized!);
        Assert.Contains(report.Layers[1].Prioritized!, name => name.EndsWith("/System.Private.CoreLib.dll", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Layers[1].Prioritized!, name => name.EndsWith("/System.Linq.dll", StringComparison.Ordinal));
        Assert.Equal(".no.prefetch.landmark", report.Layers[2].Landmark);
        Assert.Equal("app/app.dll", report.Layers[3].Prioritized![^1]);
        Assert.True(report.Layers[3].PrefetchSize > 0);
    }

    [Requires("base-image", "peers")]
    public async Task Paths_that_are_not_there_are_one_warning_with_the_first_five()
    {
        var (publish, _) = await PublishAsync("lost", "/app/app.dll\n" + string.Concat(Enumerable.Range(1, 7).Select(i => $"/lost/{i}\n")));

        publish.Succeeded();
        Assert.Contains("warning ESTARGZ2002: 7 of 8 paths of the start-up profile", publish.Output, StringComparison.Ordinal);
        Assert.Contains("lost/1, lost/2, lost/3, lost/4, lost/5, ...", publish.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("lost/6", publish.Output, StringComparison.Ordinal);
    }

    [Requires("base-image", "peers")]
    public async Task An_empty_one_is_a_warning()
    {
        var (publish, report) = await PublishAsync("empty", "# nothing yet\n");

        Assert.Contains("warning ESTARGZ2003: ", publish.Output, StringComparison.Ordinal);
        Assert.All(report.Layers, layer => Assert.Equal(".no.prefetch.landmark", layer.Landmark));
    }

    private async Task<(Command Publish, ReferenceReport Report)> PublishAsync(string repository, string profile)
    {
        using var app = await PublishedApp.FromTemplateAsync("console", package);
        await File.WriteAllTextAsync(Path.Combine(app.Folder, "profile.txt"), profile);
        var image = $"{(await registries.RegistryAsync()).Host}/profile/{repository}:1";
        var publish = (await app.PublishContainerAsync(await registries.BaseImageAsync(), image, new Dictionary<string, string>
        {
            ["EstargzStartupProfile"] = "profile.txt",
            ["EstargzBaseProfile"] = "app",
        })).Succeeded();
        var report = await ReferenceLibrary.VerifyAsync(image, "-require-estargz");
        Assert.True(report.Ok, report.Problems);
        return (publish, report);
    }
}
