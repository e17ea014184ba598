using System.Reflection.Metadata;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>The same source gives the same image, wherever and by whomever it is published.</summary>
[Trait("Category", "Real")]
[Collection("images")]
public sealed class ReproducibleTests(RegistryFixture registries, PackedPackage package)
{
    private const string Commit = "0123456789012345678901234567890123456789";

    [Requires("base-image", "peers")]
    public async Task The_same_digest_from_another_folder_time_zone_language_and_umask()
    {
        var first = await PublishAsync("first", "1700000000", []);
        var second = await PublishAsync("second", "1700000000", [("TZ", "Asia/Kathmandu"), ("LANG", "tr_TR.UTF-8"), ("DOTNET_PROCESSOR_COUNT", "1")], umask: "077");

        Assert.Equal(first.Manifests[0].Digest, second.Manifests[0].Digest);
    }

    [Requires("base-image", "peers")]
    public async Task The_same_layers_when_only_the_clock_differs()
    {
        var first = await PublishAsync("third", null, []);
        var second = await PublishAsync("fourth", null, []);

        Assert.NotEqual(first.Manifests[0].Digest, second.Manifests[0].Digest);
        Assert.Equal(first.Layers.Select(l => l.Digest), second.Layers.Select(l => l.Digest));
    }

    [Requires("base-image", "peers")]
    public async Task The_same_bytes_on_another_processor_but_not_with_another_compressor()
    {
        var first = await PublishAsync("processor-1", "1", [("EstargzBaseImage", "keep")]);
        var second = await PublishAsync("processor-2", "1", [("EstargzBaseImage", "keep"), ("DOTNET_EnableHWIntrinsic", "0")]);
        var zlib = await PublishAsync("zlib", "1", [("EstargzBaseImage", "keep"), ("EstargzCompressor", "zlib")]);

        Assert.Equal(first.Manifests[0].Digest, second.Manifests[0].Digest);
        Assert.NotEqual(first.Layers[^1].Digest, zlib.Layers[^1].Digest);
    }

    [Requires("base-image", "peers")]
    public async Task The_same_app_from_another_folder_with_its_output_and_a_source_elsewhere()
    {
        var first = await PublishSpreadAsync("a, b");
        var second = await PublishSpreadAsync("c=d");

        Assert.Equal(first, second);
    }

    [Theory]
    [InlineData(Commit, "/_/src/app/Program.cs")]
    [InlineData("ref: refs/heads/main", "/_/app/Program.cs")] // nothing is committed yet
    public async Task Source_Link_finds_the_sources_of_a_clone(string head, string path)
    {
        using var app = await PublishedApp.FromTemplateAsync("console", package, Path.Combine("clone", "src", "app"));
        var git = Directory.CreateDirectory(Path.Combine(app.Folder, "..", "..", ".git"));
        Directory.CreateDirectory(Path.Combine(git.FullName, "objects"));
        Directory.CreateDirectory(Path.Combine(git.FullName, "refs"));
        await File.WriteAllTextAsync(Path.Combine(git.FullName, "HEAD"), head);
        await File.WriteAllTextAsync(Path.Combine(git.FullName, "config"), "[core]\n\trepositoryformatversion = 0\n[remote \"origin\"]\n\turl = https://github.com/contoso/shop.git\n");

        (await app.PublishAsync([])).Succeeded();

        var obj = Path.Combine(app.Folder, "obj", "Release", "net10.0");
        var link = Path.Combine(obj, "app.sourcelink.json");
        Assert.Equal(
            head == Commit ? $$$"""{"documents":{"/_/*":"https://raw.githubusercontent.com/contoso/shop/{{{Commit}}}/*"}}""" : null,
            File.Exists(link) ? await File.ReadAllTextAsync(link) : null);
        using var provider = MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(Path.Combine(obj, "app.pdb")));
        var reader = provider.GetMetadataReader();
        Assert.Contains(path, reader.Documents.Select(handle => reader.GetString(reader.GetDocument(handle).Name)));
    }

    /// <summary>Publishes an app in <c>src/app</c> of a folder, which has its obj folder and a source beside that.</summary>
    private async Task<string> PublishSpreadAsync(string folder)
    {
        using var app = await PublishedApp.FromTemplateAsync("console", package, Path.Combine(folder, "src", "app"));
        var root = Path.GetDirectoryName(Path.GetDirectoryName(app.Folder))!;
        Directory.CreateDirectory(Path.Combine(root, "shared"));
        await File.WriteAllTextAsync(Path.Combine(root, "shared", "Shared.cs"), "class Shared { public static string File([System.Runtime.CompilerServices.CallerFilePath] string path = \"\") => path; }");
        await File.WriteAllTextAsync(Path.Combine(app.Folder, "Program.cs"), "System.Console.WriteLine(Shared.File());");
        await File.WriteAllTextAsync(Path.Combine(app.Folder, "Directory.Build.props"), """
            <Project>
              <Import Project="$([MSBuild]::GetPathOfFileAbove('Directory.Build.props', '$(MSBuildThisFileDirectory)../'))" />
              <PropertyGroup><UseArtifactsOutput>true</UseArtifactsOutput><ArtifactsPath>$(MSBuildThisFileDirectory)../../artifacts</ArtifactsPath></PropertyGroup>
              <ItemGroup><Compile Include="../../shared/*.cs" /></ItemGroup>
            </Project>
            """);
        var image = $"{(await registries.RegistryAsync()).Host}/reproducible/spread:1";
        (await app.PublishContainerAsync(await registries.BaseImageAsync(), image, environment: new Dictionary<string, string?> { ["SOURCE_DATE_EPOCH"] = "1" })).Succeeded();
        return (await ReferenceLibrary.VerifyAsync(image)).Manifests[0].Digest;
    }

    private async Task<ReferenceReport> PublishAsync(string tag, string? epoch, (string, string)[] environment, string? umask = null)
    {
        using var app = PublishedApp.FromSample("HelloWeb", package);
        app.Umask = umask;
        var host = (await registries.RegistryAsync()).Host;
        var variables = environment.ToDictionary(e => e.Item1, e => (string?)e.Item2);
        variables["SOURCE_DATE_EPOCH"] = epoch;

        // All to one repository: what the labels and the name of the image say is the same.
        (await app.PublishContainerAsync(await registries.BaseImageAsync(), $"{host}/reproducible/hello:{tag}", environment: variables)).Succeeded();

        var report = await ReferenceLibrary.VerifyAsync($"{host}/reproducible/hello:{tag}");
        Assert.True(report.Ok, report.Problems);
        return report;
    }
}
