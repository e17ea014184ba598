using System.Text;
using Estargz.Images;
using Estargz.MSBuild.Tests.Peers;
using Estargz.Profiles;
using Estargz.Registries;
using Estargz.Testing;

namespace Estargz.Tool.Tests;

/// <summary>The profile that a publish attached to an image, on a registry that lists nothing by itself.</summary>
public sealed class ProfilePullTests
{
    [Fact]
    public async Task It_is_written_as_it_was_attached()
    {
        await using var registry = await TestRegistry.StartAsync();
        using var folder = new TemporaryFolder();
        var image = new TestImage("amd64", await TestLayer.LazyAsync(["app/a"]));
        var reference = TestImage.Store(registry, "app", image);
        await AttachAsync(registry, image, "application/vnd.estargz.report.v1+json", "{}");
        await AttachAsync(registry, image, StartupProfile.ArtifactType, "# estargz startup profile 1\napp/a\n");

        var shown = await ToolRun.RunAsync("profile", "pull", reference);
        var written = await ToolRun.RunAsync("profile", "pull", reference, "--output", folder["profile"]);

        Assert.Equal((ExitCode.Success, "# estargz startup profile 1\napp/a\n", ""), (shown.ExitCode, shown.Output, shown.Error));
        Assert.Equal((ExitCode.Success, "", ""), (written.ExitCode, written.Output, written.Error));
        Assert.Equal(shown.Output, await File.ReadAllTextAsync(folder["profile"]));
    }

    [Fact]
    public async Task An_image_without_one_and_an_index_without_a_choice_are_a_line()
    {
        await using var registry = await TestRegistry.StartAsync();
        var (x64, arm64) = (new TestImage("amd64", await TestLayer.LazyAsync(["app/a"])), new TestImage("arm64", await TestLayer.LazyAsync(["app/b"])));
        var reference = TestImage.Store(registry, "app", x64, arm64);
        await AttachAsync(registry, arm64, StartupProfile.ArtifactType, "app/b\n");

        var undecided = await ToolRun.RunAsync("profile", "pull", reference);
        var none = await ToolRun.RunAsync("profile", "pull", reference, "--platform", "linux/amd64");
        var one = await ToolRun.RunAsync("profile", "pull", reference, "--platform", "linux/arm64");

        VerifyTests.AssertError(undecided, DiagnosticCode.PlatformMissing);
        VerifyTests.AssertError(none, DiagnosticCode.NotFound);
        Assert.Contains("app/b\n", one.Succeeded().Output, StringComparison.Ordinal);
    }

    private static async Task AttachAsync(TestRegistry registry, TestImage image, string type, string text)
    {
        using var client = new Registry(registry.Host, new RegistryOptions { Access = RegistryAccess.Push });
        var blob = new Content("text/plain", Encoding.UTF8.GetBytes(text));
        await client.PushArtifactAsync("app", new Artifact(type, blob.Descriptor) { Subject = image.Manifest.Descriptor }, blob.OpenRead, default);
    }
}
