using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>What has not changed is the same image, and the SDK is asked for a configuration once.</summary>
[Trait("Category", "Real")]
[Collection("images")]
public sealed class RepetitionTests(RegistryFixture registries, PackedPackage package)
{
    private const string SdkAsked = "on top of base image";
    private const string There = "it was there already, nothing was uploaded";

    [Requires("base-image", "peers")]
    public async Task An_image_has_the_time_of_its_last_change_and_the_settings_of_now()
    {
        using var app = await PublishedApp.FromTemplateAsync("web", package);
        await File.WriteAllTextAsync(Path.Combine(app.Folder, "Directory.Build.targets"), """
            <Project>
              <Target Name="Show" AfterTargets="PublishContainer">
                <WriteLinesToFile File="said.txt" Overwrite="true" Lines="$(GeneratedContainerDigest);@(GeneratedContainerName);@(ContainerLabel->WithMetadataValue('Identity', 'org.opencontainers.image.base.digest')->'%(Value)')" />
              </Target>
              <Target Name="Release" AfterTargets="ComputeContainerConfig" Condition="'$(Released)' != ''">
                <ItemGroup>
                  <ContainerLabel Remove="org.opencontainers.image.created" />
                  <ContainerLabel Include="org.opencontainers.image.created" Value="$(Released)" />
                </ItemGroup>
              </Target>
            </Project>
            """);

        var first = await PublishAsync(app);
        var second = await PublishAsync(app);
        Assert.Contains(SdkAsked, first.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(SdkAsked, second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(There, first.Output, StringComparison.Ordinal);
        Assert.Contains(There, second.Output, StringComparison.Ordinal);
        Assert.Equal(first.Manifest, second.Manifest);
        Assert.Equal(first.Said, second.Said);
        Assert.Equal([first.Digest, first.Image, first.Label("org.opencontainers.image.base.digest")], first.Said);

        // The app has changed, and what the SDK says of it has not, but for the time.
        var program = Path.Combine(app.Folder, "Program.cs");
        await File.WriteAllTextAsync(program, (await File.ReadAllTextAsync(program)).Replace("Hello World!", "Hello again", StringComparison.Ordinal));
        var changed = await PublishAsync(app);
        Assert.DoesNotContain(SdkAsked, changed.Output, StringComparison.Ordinal);
        Assert.Equal(first.Layers.SkipLast(1), changed.Layers.SkipLast(1));
        Assert.NotEqual(first.Layers[^1], changed.Layers[^1]);
        Assert.Equal(first.Settings, changed.Settings);
        Assert.True(string.CompareOrdinal(changed.Created, first.Created) > 0, changed.Created);
        Assert.Equal(changed.Created, changed.Label("org.opencontainers.image.created"));

        // What the project says counts at once.
        var described = await PublishAsync(app, ("Description", "An app"), ("SOURCE_DATE_EPOCH", "1700000000"), ("Released", "2020-02-02"));
        Assert.Contains(SdkAsked, described.Output, StringComparison.Ordinal);
        Assert.Equal("An app", described.Label("org.opencontainers.image.description"));
        Assert.Equal("2023-11-14T22:13:20Z", described.Created);
        Assert.Equal("2020-02-02", described.Label("org.opencontainers.image.created"));
        Assert.True((await ReferenceLibrary.VerifyAsync(described.Image, "-require-estargz")).Ok);
    }

    private async Task<Published> PublishAsync(PublishedApp app, params (string Name, string Value)[] properties)
    {
        var image = $"{(await registries.RegistryAsync()).Host}/repetition/web:1";
        var publish = (await app.PublishContainerAsync(await registries.BaseImageAsync(), image, properties.ToDictionary(p => p.Name, p => p.Value))).Succeeded();
        var repository = Repository.Of(image);
        var manifest = await repository.ManifestAsync("1");
        var config = JsonNode.Parse(await repository.BlobAsync((string)manifest["config"]!["digest"]!))!;
        return new Published(image, publish.Output, manifest.ToJsonString(), config, await File.ReadAllLinesAsync(Path.Combine(app.Folder, "said.txt")));
    }

    private sealed record Published(string Image, string Output, string Manifest, JsonNode Config, string[] Said)
    {
        public string Digest => Regex.Match(Output, "@(sha256:[0-9a-f]{64})").Groups[1].Value;

        public string[] Layers => [.. Config["rootfs"]!["diff_ids"]!.AsArray().Select(id => (string)id!)];

        public string Created => (string)Config["created"]!;

        /// <summary>Everything that containers are started with, without the time.</summary>
        public string Settings
        {
            get
            {
                var settings = Config["config"]!.DeepClone();
                settings["Labels"]!.AsObject().Remove("org.opencontainers.image.created");
                settings["Labels"]!.AsObject().Remove("org.opencontainers.artifact.created");
                return settings.ToJsonString();
            }
        }

        public string Label(string name) => (string)Config["config"]!["Labels"]![name]!;
    }
}
