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

    [Theory]
    [InlineData("/etc/x", "/etc/x/b", "first")]
    [InlineData("/etc/x/b", "/etc/x", "first")]
    [InlineData("/etc/x", "wwwroot", "publish/wwwroot/site.css")]
    [InlineData("/etc/x", "app.dll/x", "publish/app.dll")]
    [InlineData("/etc/x", "/srv", "publish")]
    public void Two_files_of_which_one_would_be_a_folder_of_the_other_are_refused(string first, string second, string other)
    {
        _folder.Write("publish/app.dll", []);
        _folder.Write("publish/wwwroot/site.css", []);
        var request = Request("/srv/app/") with
        {
            PublishFolder = _folder["publish"],
            ExtraFiles = [new ExtraFile(_folder.Write("first", []), first), new ExtraFile(_folder.Write("second", []), second)],
        };

        var error = Assert.Throws<EstargzException>(() => AppLayers.List(request, TreeSample.Tree([])));

        Assert.Equal(DiagnosticCode.InvalidProperty, error.Code);
        Assert.StartsWith($"EstargzExtraFile '{_folder["second"]}': TargetPath is '{second}', ", error.Message, StringComparison.Ordinal);
        Assert.Contains($"'{_folder[other]}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_in_folders_of_other_files_are_not()
    {
        _folder.Write("publish/app.dll", []);
        _folder.Write("publish/wwwroot/site.css", []);
        var extras = new[] { "/etc/x", "/etc/xy/b", "/etc/xy/c", "wwwroot/more.css", "app.dll.d/x" }.Select(target => new ExtraFile(_folder.Write("a", []), target));

        var layers = AppLayers.List(Request("/app/") with { PublishFolder = _folder["publish"], ExtraFiles = [.. extras] }, TreeSample.Tree([]));

        Assert.Equal(5, layers.Layers[0].Entries.Count(entry => entry.Type == EntryType.File));
    }

    private PublishRequest Request(string workingDirectory) => RequestSample.Create(_folder.Path, workingDirectory);
}
