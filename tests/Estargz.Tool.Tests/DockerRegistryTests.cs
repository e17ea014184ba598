using Estargz.Images;
using Estargz.MSBuild.Tests.Peers;
using Estargz.Registries;

namespace Estargz.Tool.Tests;

[Trait("Category", "Real")]
public sealed class DockerRegistryTests
{
    [Requires("docker-registry")]
    public async Task An_image_in_a_registry_with_a_password_is_verified_and_inspected()
    {
        await using var registry = await DockerRegistry.StartAsync(authentication: true);
        var credentials = new Dictionary<string, string?>
        {
            ["DOTNET_CONTAINER_REGISTRY_UNAME"] = DockerRegistry.User,
            ["DOTNET_CONTAINER_REGISTRY_PWORD"] = DockerRegistry.Password,
        };
        var image = new TestImage("amd64", await TestLayer.LazyAsync(["app/a", "app/b"], "app/b"));
        using (var client = new Registry(registry.Host, new RegistryOptions { Access = RegistryAccess.Push, Environment = name => credentials.GetValueOrDefault(name) }))
        {
            foreach (var blob in image.Blobs)
            {
                await client.PushBlobAsync("app", new Content("", blob).Descriptor, () => new MemoryStream(blob), null, default);
            }

            await client.PushManifestAsync("app", "1", image.Manifest, default);
        }

        var verified = await ToolRun.RunAsync(credentials, "verify", $"{registry.Host}/app:1");
        var inspected = await ToolRun.RunAsync(credentials, "inspect", $"{registry.Host}/app:1");
        var anonymous = await ToolRun.RunAsync("verify", $"{registry.Host}/app:1");

        Assert.Equal((ExitCode.Success, ""), (verified.ExitCode, verified.Error));
        Assert.Equal((ExitCode.Success, ""), (inspected.ExitCode, inspected.Error));
        VerifyTests.AssertError(anonymous, DiagnosticCode.CredentialsMissing);
    }
}
