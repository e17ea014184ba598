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

    [Theory]
    [InlineData(262_143, "Extra App")]
    [InlineData(262_144, "Extra Assets App")]
    public void A_small_part_has_no_layer_of_its_own(int size, string layers)
    {
        _folder.Write("app.dll", []);
        _folder.Write("wwwroot/photo", new byte[size - 1]);
        _folder.Write("wwwroot/robots.txt", [1]);
        _folder.Write("license", [1]);

        var request = Request("/app/") with { PublishFolder = _folder.Path, ExtraFiles = [new ExtraFile(_folder["license"], "/license")] };
        var found = AppLayers.List(request, TreeSample.Tree([]));

        Assert.Equal(layers, string.Join(' ', found.Layers.Select(layer => layer.Name)));
        Assert.Contains("app/wwwroot/robots.txt", found.Layers[1].Entries.Select(entry => entry.Path));
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
