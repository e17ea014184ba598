using System.Text.RegularExpressions;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>Projects as they are in real clones: several in a solution, for several frameworks, with a publish profile.</summary>
[Trait("Category", "Real")]
[Collection("images")]
public sealed class SolutionTests(RegistryFixture registries, PackedPackage package)
{
    [Requires("base-image", "peers")]
    public async Task All_apps_of_a_solution_at_once_and_no_library()
    {
        using var solution = await PublishedApp.SolutionAsync(package);
        foreach (var (template, name) in new[] { ("web", "shop"), ("worker", "mailer"), ("classlib", "shared") })
        {
            await NewAsync(solution, template, name);
            (await Dotnet.RunAsync(["sln", "add", name], folder: solution.Folder)).Succeeded();
        }

        // A cache of its own, and empty: the apps convert the same base at the same time.
        using var cache = new TemporaryFolder();
        var host = (await registries.RegistryAsync()).Host;
        var publish = (await solution.PublishContainerAsync(
            await registries.BaseImageAsync(),
            $"{host}/unused:1",
            new Dictionary<string, string> { ["ContainerRepository"] = "", ["EstargzCachePath"] = cache["cache"] },
            arguments: ["-m:2"])).Succeeded();

        Assert.Equal(2, Regex.Count(publish.Output, @"-> \S+@sha256:[0-9a-f]{64} \(eStargz, [0-9] layers, "));
        var reports = new[] { await ReferenceLibrary.VerifyAsync($"{host}/shop:1", "-require-estargz"), await ReferenceLibrary.VerifyAsync($"{host}/mailer:1", "-require-estargz") };
        Assert.All(reports, report => Assert.True(report.Ok, report.Problems));
        Assert.Equal(reports[0].Layers.Take(3).Select(layer => layer.Digest), reports[1].Layers.Take(3).Select(layer => layer.Digest));
        Assert.Equal(3, Directory.GetFiles(cache["cache/layers"], "*.esgz").Length);
    }

    [Requires("base-image", "peers")]
    public async Task One_framework_of_several()
    {
        using var app = await PublishedApp.FromTemplateAsync("worker", package);
        var project = Path.Combine(app.Folder, "app.csproj");
        await File.WriteAllTextAsync(project, (await File.ReadAllTextAsync(project)).Replace(
            "<TargetFramework>net10.0</TargetFramework>", "<TargetFrameworks>net10.0;net8.0</TargetFrameworks>", StringComparison.Ordinal));

        await PublishAndVerifyAsync(app, "frameworks", "--framework", "net10.0");
    }

    [Requires("base-image", "peers")]
    public async Task With_the_profile_that_publishes_containers()
    {
        using var app = await PublishedApp.FromTemplateAsync("web", package);

        await PublishAndVerifyAsync(app, "profile", "-p:PublishProfile=DefaultContainer");
    }

    private async Task PublishAndVerifyAsync(PublishedApp app, string repository, params string[] arguments)
    {
        var image = $"{(await registries.RegistryAsync()).Host}/solution/{repository}:1";
        (await app.PublishContainerAsync(await registries.BaseImageAsync(), image, arguments: arguments)).Succeeded();
        var report = await ReferenceLibrary.VerifyAsync(image, "-require-estargz");
        Assert.True(report.Ok, report.Problems);
    }

    private static async Task NewAsync(PublishedApp solution, string template, string name) =>
        (await Dotnet.RunAsync(["new", template, "--name", name, "--output", Path.Combine(solution.Folder, name), "--no-restore"])).Succeeded();
}
