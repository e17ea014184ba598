using Estargz.Images;
using Estargz.Layers;
using Estargz.Publishing;
using Estargz.Tests.Profiles;

namespace Estargz.Tests.Publishing;

/// <summary>Where the app's files are in the image.</summary>
public sealed class AppLayersTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/app/", "app")]
    [InlineData("/srv/../odd", "odd")]
    [InlineData("/missing/.././odd//", "odd")]
    [InlineData("/srv/..", "")]
    [InlineData("/bin/shop", "usr/bin/shop")]
    [InlineData("/bin", "usr/bin")]
    public void The_working_directory_is_a_path_without_dots_and_links(string workingDirectory, string folder)
    {
        File.WriteAllText(_folder["app.dll"], "");

        var layers = AppLayers.List(Request(workingDirectory), TreeSample.Tree(["srv/", "usr/", "usr/bin/", "bin -> usr/bin"]));

        Assert.Equal(folder, layers.WorkingDirectory);
        Assert.Equal($"{folder}/app.dll".TrimStart('/'), layers.Layers[^1].Entries[^1].Path);
    }

    private PublishRequest Request(string workingDirectory)
    {
        var name = Reference.Parse("registry.example.com/app:1", "this test");
        return new PublishRequest
        {
            BaseImage = name,
            Target = name,
            Tags = [],
            Platform = new Platform("linux", "amd64"),
            PublishFolder = _folder.Path,
            WorkingDirectory = workingDirectory,
            Startup = new StartupOptions { Assembly = "app", RuntimeIdentifier = "linux-x64" },
            CacheFolder = _folder.Path,
        };
    }
}
