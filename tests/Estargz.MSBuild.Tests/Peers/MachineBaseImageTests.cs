using Estargz.TestImages;

namespace Estargz.MSBuild.Tests.Peers;

[Collection("runtimes")]
public sealed class MachineBaseImageTests(RegistryFixture registries)
{
    [Fact]
    public void The_dotnet_host_names_what_it_needs()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Null(ElfFile.Read(Environment.ProcessPath!));
            return;
        }

        var host = ElfFile.Read(Path.GetFullPath("../../../dotnet", Path.GetDirectoryName(typeof(object).Assembly.Location)!))!;

        Assert.True(File.Exists(host.Interpreter));
        Assert.Contains(host.Needed, name => name.StartsWith("libc.", StringComparison.Ordinal));
        Assert.Null(ElfFile.Read(typeof(object).Assembly.Location));
    }

    [Trait("Category", "Real")]
    [Requires("docker-registry", "containerd")]
    public async Task An_app_runs_on_it()
    {
        var registry = await registries.RegistryAsync();
        using var folder = new TemporaryFolder();
        var baseImage = MachineBaseImage.Write(folder.Path);
        Assert.Equal(baseImage.Manifest.Digest, MachineBaseImage.Write(folder.Path).Manifest.Digest);
        await baseImage.PushAsync(new Uri("http://" + registry.Host), "machine/base", "1");
        var report = await ReferenceLibrary.VerifyAsync($"{registry.Host}/machine/base:1");
        Assert.True(report.Ok, report.Problems);

        using var app = await PublishedApp.FromTemplateAsync("web");
        (await app.PublishContainerAsync($"{registry.Host}/machine/base:1", $"{registry.Host}/machine/web:1")).Succeeded();
        await using var containerd = await Containerd.StartAsync();
        await containerd.PullAsync($"{registry.Host}/machine/web:1", lazily: false);

        Assert.Equal("Hello World!", await containerd.AskAsync($"{registry.Host}/machine/web:1", lazily: false));
    }
}
