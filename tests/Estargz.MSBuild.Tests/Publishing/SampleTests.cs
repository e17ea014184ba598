using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>The projects of <c>samples/</c> that no other test publishes.</summary>
[Trait("Category", "Real")]
[Collection("images")]
public sealed partial class SampleTests(RegistryFixture registries, PackedPackage package)
{
    [Fact]
    public void Every_project_is_published_by_a_test()
    {
        var published = Directory.EnumerateFiles(SourceTree.File("tests", "Estargz.MSBuild.Tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Published().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["sample"].Value)
            .ToHashSet();

        var projects = Directory.EnumerateFiles(SourceTree.File("samples"), "*.csproj", SearchOption.AllDirectories).Select(file => Path.GetFileNameWithoutExtension(file)).ToArray();
        Assert.NotEmpty(projects);
        Assert.Empty(projects.Except(published));
    }

    [Requires("base-image", "peers")]
    public async Task A_worker_is_recorded_until_its_line()
    {
        using var app = PublishedApp.FromSample("Worker", package);
        var record = (await app.PublishAsync(["-t:RecordStartupProfile"])).Succeeded();
        Assert.DoesNotContain("warning", record.Output, StringComparison.Ordinal);
        Assert.Contains(await File.ReadAllLinesAsync(Path.Combine(app.Folder, "startup-profile.txt")), line => line.StartsWith("$(app)/Worker.dll", StringComparison.Ordinal));

        Assert.Equal(["Dependencies", "App"], await PublishAsync(app, "worker", await registries.BaseImageAsync(), "app/Worker.dll"));
    }

    [Requires("base-image", "peers")]
    public async Task A_console_app()
    {
        using var app = PublishedApp.FromSample("HelloConsole", package);
        Assert.Equal(["App"], await PublishAsync(app, "console", await registries.BaseImageAsync(), "app/HelloConsole.dll"));
    }

    [Requires("base-image", "peers", "gcc")]
    public async Task A_native_AOT_app_is_one_executable()
    {
        using var app = PublishedApp.FromSample("NativeAot", package);
        Assert.Equal(["App"], await PublishAsync(app, "aot", await registries.BaseImageAsync(), "app/NativeAot", files => Assert.DoesNotContain(files, file => file.EndsWith(".dll", StringComparison.Ordinal))));
    }

    [Requires("base-image", "peers")]
    public async Task An_app_for_two_platforms()
    {
        using var app = PublishedApp.FromSample("MultiArch", package);
        var image = await PublishAsync(app, "multi-arch", await registries.IndexBaseImageAsync());

        Assert.Equal(["amd64", "arm64"], JsonNode.Parse(await Skopeo.InspectAsync(image))!["manifests"]!.AsArray().Select(entry => (string?)entry!["platform"]!["architecture"]));
        var report = await ReferenceLibrary.VerifyAsync(image, "-require-estargz");
        Assert.True(report.Ok, report.Problems);
    }

    [Requires("containerd")]
    public async Task Containerd_knows_the_settings_for_Kubernetes()
    {
        var settings = (await Command.RunAsync("containerd", ["--config", SourceTree.File("samples", "runtime", "containerd-config.toml"), "config", "dump"])).Succeeded().Output;

        var section = Kubernetes().Match(settings).Groups["section"].Value;
        Assert.Contains("snapshotter = \"stargz\"", section, StringComparison.Ordinal);
        Assert.Contains("disable_snapshot_annotations = false", section, StringComparison.Ordinal);
    }

    /// <summary>What the history says of the app's layers, which are lazy and have the file.</summary>
    private async Task<IEnumerable<string>> PublishAsync(PublishedApp app, string repository, string baseImage, string file, Action<IReadOnlyList<string>>? check = null)
    {
        var image = await PublishAsync(app, repository, baseImage);
        var report = await ReferenceLibrary.VerifyAsync(image, "-require-estargz", "-files");
        Assert.True(report.Ok, report.Problems);
        var files = report.Layers.Skip(3).SelectMany(layer => layer.Files!).Select(f => f.Name).ToList();
        Assert.Contains(file, files);
        check?.Invoke(files);
        var history = JsonNode.Parse(await Skopeo.InspectAsync(image, "--config"))!["history"]!.AsArray();
        return history.TakeLast(report.Layers.Count - 3).Select(entry => ((string)entry!["created_by"]!).Split(": ")[1]);
    }

    private async Task<string> PublishAsync(PublishedApp app, string repository, string baseImage)
    {
        var image = $"{(await registries.RegistryAsync()).Host}/samples/{repository}:1";
        var publish = (await app.PublishContainerAsync(baseImage, image)).Succeeded();
        Assert.Contains($" -> {image}@sha256:", publish.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", publish.Output, StringComparison.Ordinal);
        return image;
    }

    [GeneratedRegex("""^ *\[plugins\."io\.containerd\.grpc\.v1\.cri"\.containerd\](?<section>[^[]*)""", RegexOptions.Multiline)]
    private static partial Regex Kubernetes();

    [GeneratedRegex("""FromSample\("(?<sample>\w+)", package\)""")]
    private static partial Regex Published();
}
