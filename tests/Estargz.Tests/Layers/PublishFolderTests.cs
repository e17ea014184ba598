namespace Estargz.Layers;

public sealed class PublishFolderTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string List(string workingDirectory = "/app/") =>
        string.Join(' ', PublishFolder.List(_folder.Path, workingDirectory).Select(f => f.IsExecutable ? f.Path + "*" : f.Path));

    private EstargzException Fail(string workingDirectory = "/app/") => Assert.Throws<EstargzException>(() => List(workingDirectory));

    [Fact]
    public void Lists_every_file_by_the_bytes_of_its_path()
    {
        Shell.Run(_folder.Path, "mkdir -p a/b .h none; touch a/b/c a-b aB .hidden .h/x Z é; echo 12345 > run; chmod +x run");
        Assert.Equal("app/.h/x app/.hidden app/Z app/a-b app/a/b/c app/aB app/none/ app/run* app/é", List());
        var run = PublishFolder.List(_folder.Path, "/app/").Single(f => f.IsExecutable);
        Assert.Equal((6, _folder["run"]), (run.Size, run.Source));
    }

    [Theory]
    [InlineData("/", "f")]
    [InlineData("", "f")]
    [InlineData("/app", "app/f")]
    [InlineData("app/", "app/f")]
    [InlineData("/srv//./my app/", "srv/my app/f")]
    public void Puts_files_below_the_working_directory(string workingDirectory, string path)
    {
        _folder.Write("f", []);
        Assert.Equal(path, List(workingDirectory));
    }

    [Fact]
    public void Follows_links_to_files_and_folders()
    {
        using var outside = new ScratchFolder();
        outside.Write("d/f", "123"u8);
        Shell.Run(_folder.Path, $"ln -s {outside.Path}/d folder; ln -s {outside.Path}/d/f file; ln -s file link; ln -s folder/f deep");
        Assert.Equal("app/deep app/file app/folder/f app/link", List());
        Assert.All(PublishFolder.List(_folder.Path, "/"), f => Assert.Equal(3, f.Size));
    }

    [Theory]
    [InlineData("ln -s missing broken", "broken")]
    [InlineData("mkfifo pipe", "/pipe' is neither a file nor a folder")]
    [InlineData("ln -s /dev/null link", "/link' is neither a file nor a folder")]
    [InlineData("ln -s b a; ln -s a b", "")]
    [InlineData("mkdir d; ln -s .. d/up", "/d/up' is a link to a folder that it is in itself")]
    [InlineData("ln -s . a; ln -s . b; ln -s . c", "a")]
    [InlineData("touch $'caf\\xe9'", "caf")]
    [InlineData("mkdir $'caf\\xe9'; touch $'caf\\xe9/f'", "caf")]
    public void Refuses_what_leads_nowhere_or_around(string script, string name)
    {
        Shell.Run(_folder.Path, script);
        var error = Fail();
        Assert.Equal("ESTARGZ5001", error.Code);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stargz.index.json")]
    [InlineData(".prefetch.landmark")]
    [InlineData(".no.prefetch.landmark")]
    public void Refuses_names_of_the_format_at_the_root_of_the_image_alone(string name)
    {
        _folder.Write(name, []);
        Assert.Equal("app/" + name, List());
        var error = Fail("/");
        Assert.Equal("ESTARGZ3005", error.Code);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("touch .wh.foo")]
    [InlineData("mkdir -p a/.wh.foo/b; touch a/.wh.foo/b/c")]
    [InlineData("mkdir -p a/.wh.foo")]
    public void Refuses_names_that_would_remove_a_file(string script)
    {
        Shell.Run(_folder.Path, script);
        var error = Fail();
        Assert.Equal("ESTARGZ3005", error.Code);
        Assert.Contains(".wh.foo", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ln -s . loop; mkdir -p a/b", "/loop'")]
    [InlineData("mkdir -p a/b/c; ln -s ../.. a/b/c/loop", "/a/b/c/loop'")]
    public void A_link_to_a_folder_above_it_is_named(string script, string name)
    {
        Shell.Run(_folder.Path, script);
        var error = Fail();
        Assert.Equal("ESTARGZ5001", error.Code);
        Assert.Contains(name + " is a link to a folder that it is in itself", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_folder_that_is_not_there()
    {
        var error = Assert.Throws<EstargzException>(() => PublishFolder.List(_folder["missing"], "/app"));
        Assert.Equal("ESTARGZ5001", error.Code);
        Assert.Contains(_folder["missing"], error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mkfifo item")]
    [InlineData("ln -s /dev/null item")]
    [InlineData("mkdir item")]
    public void An_item_that_is_no_file_is_refused(string script)
    {
        Shell.Run(_folder.Path, script);
        var error = Assert.Throws<EstargzException>(() => PublishFolder.Describe("data/item", _folder["item"]));
        Assert.Equal("ESTARGZ5001", error.Code);
        Assert.Contains("(for '/data/item' in the image) is no file", error.Message, StringComparison.Ordinal);
    }
}
