using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>The app's parts in layers of their own, and what a new version of the app uploads.</summary>
[Trait("Category", "Real")]
[Collection("images")]
public sealed class AppLayersTests(RegistryFixture registries, PackedPackage package)
{
    private static readonly Dictionary<string, string> SelfContained = new() { ["RuntimeIdentifier"] = "linux-x64", ["SelfContained"] = "true" };

    [Requires("base-image", "peers")]
    public async Task A_changed_line_uploads_the_app_alone()
    {
        var registry = await registries.RegistryAsync();
        using var app = PublishedApp.FromSample("Shop", package);
        await File.WriteAllTextAsync(Path.Combine(app.Folder, "tool.sh"), "#!/bin/sh\n");
        await File.WriteAllBytesAsync(Path.Combine(app.Folder, "wwwroot", "photo.bin"), new byte[300_000]);
        var project = Path.Combine(app.Folder, "Shop.csproj");
        await File.WriteAllTextAsync(project, (await File.ReadAllTextAsync(project)).Replace(
            "</Project>",
            """<ItemGroup><EstargzExtraFile Include="tool.sh" TargetPath="/bin/" Mode="0750" Owner="7:8" /></ItemGroup></Project>""",
            StringComparison.Ordinal));
        var image = $"{registry.Host}/layers/shop";
        (await app.PublishContainerAsync(await registries.BaseImageAsync(), image + ":1", SelfContained)).Succeeded();
        var before = await ReferenceLibrary.VerifyAsync(image + ":1", "-require-estargz");
        Assert.True(before.Ok, before.Problems);

        // The new line refers to an assembly of .NET, and to one of a package, that nothing referred to before.
        var program = Path.Combine(app.Folder, "Program.cs");
        await File.AppendAllTextAsync(program, "\npublic static class Later { public static object Now => System.Xml.Linq.XElement.Parse(\"<a/>\") + Markdig.Markdown.ToHtml(\"b\"); }\n");
        await using var link = await Link.StartAsync(registry);
        (await app.PublishContainerAsync(await registries.BaseImageAsync(), $"{link.Host}/layers/shop:2", SelfContained)).Succeeded();

        Assert.InRange((await link.TotalsAsync()).Sent, 1, 300_000);
        var after = await ReferenceLibrary.VerifyAsync(image + ":2", "-require-estargz", "-files");
        Assert.True(after.Ok, after.Problems);
        Assert.Equal(before.Layers.SkipLast(1).Select(layer => layer.Digest), after.Layers.SkipLast(1).Select(layer => layer.Digest));
        Assert.NotEqual(before.Layers[^1].Digest, after.Layers[^1].Digest);

        // Three of the base image, then extra files, .NET, packages, static files and the app, each with what belongs there.
        Assert.Equal(8, after.Layers.Count);
        string[] samples = ["usr/bin/tool.sh", "app/System.Private.CoreLib.dll", "app/Serilog.dll", "app/wwwroot/robots.txt", "app/Shop.dll"];
        foreach (var (layer, i) in after.Layers.Skip(3).Select((layer, i) => (layer, i)))
        {
            Assert.Equal([samples[i]], layer.Files!.Select(file => file.Name).Intersect(samples));
        }
    }

    [Requires("base-image", "peers")]
    public async Task What_has_not_changed_is_not_read_and_what_the_cache_has_lost_is_made_again()
    {
        var registry = await registries.RegistryAsync();
        using var app = PublishedApp.FromSample("HelloWeb", package);
        using var cache = new TemporaryFolder();
        var properties = new Dictionary<string, string>(SelfContained) { ["EstargzCachePath"] = cache["cache"], ["SOURCE_DATE_EPOCH"] = "1700000000" };
        var image = $"{registry.Host}/unchanged/hello:1";
        (await app.PublishContainerAsync(await registries.BaseImageAsync(), image, properties)).Succeeded();

        // The files are old enough by now for their times to tell that nothing has changed in a layer; and that nothing has
        // changed in the whole image does not show, because the publish is told something else.
        properties["EstargzCacheSize"] = "4000000000";
        (await app.PublishContainerAsync(await registries.BaseImageAsync(), image, properties)).Succeeded();
        foreach (var blob in Directory.GetFiles(Path.Combine(cache["cache"], "members"), "*.esgz"))
        {
            await File.WriteAllBytesAsync(blob, new byte[new FileInfo(blob).Length]);
        }

        // The registry has it all: nobody looks at what is damaged now.
        properties["EstargzCacheSize"] = "4000000001";
        var again = (await app.PublishContainerAsync(await registries.BaseImageAsync(), image, properties)).Succeeded();
        Assert.Contains("it was there already, nothing was uploaded", again.Output, StringComparison.Ordinal);

        // Another repository takes over what this machine has brought to the first: still nobody looks.
        var first = await ReferenceLibrary.VerifyAsync(image, "-require-estargz");
        int seen = registry.Requests.Count;
        await PublishAgainAsync("mounted");
        int large = first.Layers.Count(layer => layer.Size > 1 << 16);
        Assert.Equal(4, large);
        Assert.Equal(large, registry.Requests.Skip(seen).Count(r => r is { Method: "POST", Status: 201 } && r.Path.Contains("from=unchanged%2Fhello", StringComparison.Ordinal)));

        // One that is not known to have anything is sent it.
        Directory.Delete(cache["cache/registries"], recursive: true);
        await PublishAgainAsync("sent");

        async Task PublishAgainAsync(string repository)
        {
            var elsewhere = $"{registry.Host}/unchanged/{repository}:1";
            (await app.PublishContainerAsync(await registries.BaseImageAsync(), elsewhere, properties)).Succeeded();
            var report = await ReferenceLibrary.VerifyAsync(elsewhere, "-require-estargz");
            Assert.True(report.Ok, report.Problems);
            Assert.Equal(first.Layers.Select(layer => layer.Digest), report.Layers.Select(layer => layer.Digest));
        }

        // Same size, same time, another content.
        var settings = Path.Combine(app.Folder, "bin", "Release", "net10.0", "linux-x64", "publish", "appsettings.json");
        var (text, time) = (await File.ReadAllTextAsync(settings), File.GetLastWriteTimeUtc(settings));
        await File.WriteAllTextAsync(settings, text.Replace("Information", "Informatiom", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(settings, time);
        (await app.PublishContainerAsync(await registries.BaseImageAsync(), image, properties)).Succeeded();
        Assert.NotEqual(first.Layers[^1].Digest, (await ReferenceLibrary.VerifyAsync(image, "-require-estargz")).Layers[^1].Digest);
    }

    [Requires("base-image", "peers")]
    public async Task It_can_be_one_layer()
    {
        var image = $"{(await registries.RegistryAsync()).Host}/layers/hello:1";
        using var app = PublishedApp.FromSample("HelloWeb", package);

        (await app.PublishContainerAsync(await registries.BaseImageAsync(), image, new Dictionary<string, string> { ["EstargzLayers"] = "single" })).Succeeded();

        var report = await ReferenceLibrary.VerifyAsync(image, "-require-estargz", "-files");
        Assert.True(report.Ok, report.Problems);
        Assert.Equal(4, report.Layers.Count);
        Assert.Contains(report.Layers[^1].Files!, file => file.Name.StartsWith("app/wwwroot/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_extra_file_that_cannot_be_is_one_error()
    {
        using var app = await PublishedApp.FromTemplateAsync("console", package);
        var project = Path.Combine(app.Folder, "app.csproj");
        await File.WriteAllTextAsync(project, (await File.ReadAllTextAsync(project)).Replace(
            "</Project>", """<ItemGroup><EstargzExtraFile Include="Program.cs" Mode="rw" /></ItemGroup></Project>""", StringComparison.Ordinal));

        var publish = await app.PublishContainerAsync("127.0.0.1:1/base:1", "127.0.0.1:1/app:1");

        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains("error ESTARGZ1003: EstargzExtraFile '", publish.Output, StringComparison.Ordinal);
        Assert.Contains("Mode is 'rw'", publish.Output, StringComparison.Ordinal);
    }
}
