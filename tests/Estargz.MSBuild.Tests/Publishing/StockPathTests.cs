using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>Where the SDK publishes by itself, and that nobody takes its image for one of ours.</summary>
[Trait("Category", "Real")]
[Collection("messages")]
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

    [Requires("base-image", "peers")]
    public async Task Properties_of_Directory_Build_targets_count()
    {
        var (off, plain) = await PublishAsync("late-off", "<Project><PropertyGroup><EstargzEnabled>false</EstargzEnabled></PropertyGroup></Project>");
        var (publish, image) = await PublishAsync("late", "<Project><PropertyGroup><SelfContained>true</SelfContained></PropertyGroup></Project>", ("RuntimeIdentifier", "linux-x64"));

        off.Succeeded();
        Assert.All((await ReferenceLibrary.VerifyAsync(plain)).Layers, layer => Assert.False(layer.Estargz));
        publish.Succeeded();
        Assert.Contains("\"Entrypoint\":[\"/app/app\"]", await Skopeo.InspectAsync(image, "--config", "--raw"), StringComparison.Ordinal);
    }

    [Requires("base-image", "peers")]
    public async Task An_empty_value_switches_nothing_off_and_case_does_not_matter()
    {
        var (publish, image) = await PublishAsync("empty", ("EstargzEnabled", ""), ("EstargzStartupProfile", "NONE"));

        publish.Succeeded();
        Assert.Contains(", prefetch 0.0 MB)", publish.Output, StringComparison.Ordinal);
        Assert.All((await ReferenceLibrary.VerifyAsync(image)).Layers, layer => Assert.True(layer.Estargz));
    }

    [Requires("base-image", "podman")]
    public async Task A_local_engine_gets_the_SDKs_image_and_one_line_says_so_that_no_warning_is()
    {
        await using var podman = new Podman();

        var (publish, _) = await PublishAsync("local", "<Project />", podman.Environment, [("ContainerRegistry", ""), ("LocalRegistry", "Podman"), ("TreatWarningsAsErrors", "true"), ("MSBuildTreatWarningsAsErrors", "true")]);

        publish.Succeeded();
        Assert.Equal(1, Regex.Count(publish.Output, "ESTARGZ1006"));
        Assert.Contains("ESTARGZ1006: the SDK publishes this image as usual, because a local container engine", publish.Output, StringComparison.Ordinal);
        Assert.Equal("Hello, World!\n", await podman.RunToEndAsync("localhost/path/local:1"));
    }

    [Requires("base-image", "podman")]
    public async Task A_local_engine_gets_the_images_of_several_RIDs_and_the_line_comes_once()
    {
        await using var podman = new Podman();

        var (publish, _) = await PublishAsync("rids", "<Project />", podman.Environment, [("ContainerRegistry", ""), ("LocalRegistry", "Podman"), ("RuntimeIdentifiers", "linux-x64;linux-arm64")]);

        publish.Succeeded();
        Assert.Equal(1, Regex.Count(publish.Output, "ESTARGZ1006"));
        Assert.Equal("Hello, World!\n", await podman.RunToEndAsync("localhost/path/rids:1-linux-x64"));
    }

    [Requires("base-image", "peers")]
    public async Task A_Windows_image_is_the_SDKs()
    {
        var (publish, image) = await PublishAsync("windows", ("ContainerRuntimeIdentifier", "win-x64"));

        publish.Succeeded();
        Assert.Contains("ESTARGZ1006: the SDK publishes this image as usual, because Windows", publish.Output, StringComparison.Ordinal);
        Assert.Contains("\"os\":\"windows\"", await Skopeo.InspectAsync(image, "--config"), StringComparison.Ordinal);
    }

    [Requires("base-image")]
    public async Task An_image_of_a_WebAssembly_project_is_the_SDKs()
    {
        var (publish, _) = await PublishAsync("wasm", ("ContainerRuntimeIdentifier", "browser-wasm"), ("ContainerBaseImage", await registries.BaseImageAsync()));

        publish.Succeeded();
        Assert.Contains("ESTARGZ1006: the SDK publishes this image as usual, because 'browser-wasm' is no platform of containers; set ContainerRuntimeIdentifier", publish.Output, StringComparison.Ordinal);
    }

    [Requires("base-image")]
    public async Task A_seam_that_the_SDK_does_not_have_is_an_error_before_anything_is_published()
    {
        using var sdk = new TemporaryFolder();
        var version = (await Dotnet.RunAsync(["--version"], folder: SourceTree.Root)).Succeeded().Output.Trim();
        var dotnet = Directory.GetParent(RuntimeEnvironment.GetRuntimeDirectory().TrimEnd('/'))!.Parent!.Parent!.FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(dotnet, "sdk", version, "Containers", "build"), "*.targets"))
        {
            await File.WriteAllTextAsync(
                sdk[Path.GetFileName(file)],
                (await File.ReadAllTextAsync(file)).Replace("_PublishMultiArchContainers", "_PublishIndexOfLater", StringComparison.Ordinal));
        }

        var (publish, image) = await PublishAsync("seam", ("_EstargzSdkContainersDir", sdk.Path + "/"));

        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains("error ESTARGZ1004: ", publish.Output, StringComparison.Ordinal);
        Assert.Contains("_PublishMultiArchContainers", publish.Output, StringComparison.Ordinal);
        Assert.DoesNotContain((await registries.RegistryAsync()).Requests, r => r.Method == "PUT" && r.Path.Contains(image[(image.IndexOf('/', StringComparison.Ordinal) + 1)..^2], StringComparison.Ordinal));
    }

    [Requires("base-image")]
    public async Task A_stock_image_that_was_published_behind_our_back_is_an_error()
    {
        // What a later SDK would do that publishes through another target.
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["behind.targets"], """
            <Project>
              <Target Name="_PublishSingleContainer" Returns="@(GeneratedContainer)">
                <ItemGroup><GeneratedContainer Include="GeneratedContainer" Manifest="{ }" /></ItemGroup>
              </Target>
            </Project>
            """);
        var (publish, _) = await PublishAsync("behind", $"""
            <Project>
              <PropertyGroup><AfterMicrosoftNETSdkTargets>$(AfterMicrosoftNETSdkTargets);{folder["behind.targets"]}</AfterMicrosoftNETSdkTargets></PropertyGroup>
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

    private Task<(Command Publish, string Image)> PublishAsync(string repository, string targets, params (string Name, string Value)[] properties) =>
        PublishAsync(repository, targets, null, properties);

    private async Task<(Command Publish, string Image)> PublishAsync(
        string repository, string targets, IReadOnlyDictionary<string, string?>? environment, (string Name, string Value)[] properties)
    {
        using var app = await PublishedApp.FromTemplateAsync("console", package);
        await File.WriteAllTextAsync(Path.Combine(app.Folder, "Directory.Build.targets"), targets);
        var image = $"{(await registries.RegistryAsync()).Host}/path/{repository}:1";
        return (await app.PublishContainerAsync(await registries.IndexBaseImageAsync(), image, properties.ToDictionary(p => p.Name, p => p.Value), environment), image);
    }
}
