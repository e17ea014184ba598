using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>Where the SDK publishes by itself, and that nobody takes its image for one of ours.</summary>
[Trait("Category", "Real")]
[Collection("registry")]
public sealed class StockPathTests(RegistryFixture registries, PackedPackage package)
{
    [Requires("base-image", "peers")]
    public async Task Switched_off_it_is_as_if_the_package_were_not_there()
    {
        var (publish, image) = await PublishAsync("off", ("EstargzEnabled", "false"));

        publish.Succeeded();
        Assert.DoesNotContain("ESTARGZ", publish.Output, StringComparison.Ordinal);
        Assert.All((await ReferenceLibrary.VerifyAsync(image)).Layers, layer => Assert.False(layer.Estargz));
    }

    [Requires("base-image")]
    public async Task An_archive_is_the_SDKs_and_one_line_says_so()
    {
        using var folder = new TemporaryFolder();

        var (publish, _) = await PublishAsync("archive", ("ContainerArchiveOutputPath", folder["image.tar"]));

        publish.Succeeded();
        Assert.True(File.Exists(folder["image.tar"]));
        Assert.Contains("ESTARGZ1006: the SDK publishes this image as usual, because an archive", publish.Output, StringComparison.Ordinal);
    }

    [Requires("base-image")]
    public async Task A_stock_image_that_was_published_behind_our_back_is_an_error()
    {
        // What a later SDK would do that publishes through another target.
        var (publish, _) = await PublishAsync("behind", """
            <Project>
              <Target Name="_PublishSingleContainer" Returns="@(GeneratedContainer)">
                <ItemGroup><GeneratedContainer Include="GeneratedContainer" Manifest="{ }" /></ItemGroup>
              </Target>
            </Project>
            """);

        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains("error ESTARGZ1004: ", publish.Output, StringComparison.Ordinal);
    }

    [Requires("base-image")]
    public async Task Targets_that_somebody_else_has_replaced_are_an_error()
    {
        var (publish, _) = await PublishAsync("replaced", """
            <Project>
              <Target Name="PublishContainer" />
            </Project>
            """, ("_ContainersTargetsDir", "/elsewhere/"));

        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains("error ESTARGZ1005: ", publish.Output, StringComparison.Ordinal);
    }

    private Task<(Command Publish, string Image)> PublishAsync(string repository, params (string Name, string Value)[] properties) =>
        PublishAsync(repository, "<Project />", properties);

    private async Task<(Command Publish, string Image)> PublishAsync(string repository, string targets, params (string Name, string Value)[] properties)
    {
        using var app = await PublishedApp.FromTemplateAsync("console", package);
        await File.WriteAllTextAsync(Path.Combine(app.Folder, "Directory.Build.targets"), targets);
        var image = $"{(await registries.RegistryAsync()).Host}/path/{repository}:1";
        var all = properties.ToDictionary(p => p.Name, p => p.Value);
        return (await app.PublishContainerAsync(await registries.BaseImageAsync(), image, all), image);
    }
}
