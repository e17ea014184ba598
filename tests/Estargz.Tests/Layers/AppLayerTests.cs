using Estargz.Profiles;

namespace Estargz.Layers;

public class AppLayerTests
{
    private static string Create(string workingDirectory, Func<string, TreeEntry?>? existing = null, params string[] files) =>
        Create(1654, workingDirectory, existing, files);

    private static string Create(long userId, string workingDirectory, Func<string, TreeEntry?>? existing, params string[] files) => string.Join(' ', AppLayer
        .Create([.. files.Select(f => new ImageFile(f, "/dev/null", 0, f.EndsWith('*')))], workingDirectory, userId, 7, existing ?? (_ => null))
        .Select(e => $"{e.Name.Replace(' ', '_')}:{Convert.ToString(e.Mode, 8)}:{e.UserId}:{e.GroupId}"));

    [Theory]
    [InlineData("/", "/:755:0:0")]
    [InlineData("", "/:755:0:0")]
    [InlineData("/app", "/:755:0:0 app/:755:1654:0")]
    [InlineData("/app/", "/:755:0:0 app/:755:1654:0")]
    [InlineData("/srv/my app/", "/:755:0:0 srv/:755:0:0 srv/my_app/:755:1654:0")]
    public void Has_the_root_and_the_working_directory_without_any_file(string workingDirectory, string expected) =>
        Assert.Equal(expected, Create(workingDirectory));

    [Fact]
    public void Has_each_folder_once_before_its_files() => Assert.Equal(
        "/:755:0:0 app/:755:1654:0 app/a:644:1654:0 app/b/:755:1654:0 app/b/c/:755:1654:0 app/b/c/d:644:1654:0 app/run*:755:1654:0",
        Create("/app", null, "app/run*", "app/b/c/d", "app/a"));

    [Fact]
    public void Folders_in_the_working_directory_of_the_root_belong_to_the_app() =>
        Assert.Equal("/:755:0:0 wwwroot/:755:1654:0 wwwroot/f:644:1654:0", Create("/", null, "wwwroot/f"));

    [Fact]
    public void A_folder_beside_the_working_directory_does_not_belong_to_the_app() =>
        Assert.Equal("/:755:0:0 app/:755:1654:0 apps/:755:0:0 apps/f:644:1654:0", Create("/app", null, "apps/f"));

    [Fact]
    public void An_empty_folder_is_there_too() => Assert.Equal(
        "/:755:0:0 app/:755:1654:0 app/a/:755:1654:0 app/a/b/:755:1654:0 app/f:644:1654:0",
        Create("/app", null, "app/a/b/", "app/f"));

    [Theory]
    [InlineData(0, "/:700:0:0 app/:2770:5:6 app/f:644:0:0")]
    [InlineData(1654, "/:700:0:0 app/:2770:1654:0 app/f:644:1654:0")]
    public void A_folder_of_the_base_image_keeps_its_mode_and_its_owner_unless_it_is_the_apps(long userId, string expected) => Assert.Equal(
        expected,
        Create(userId, "/app", p => p switch
        {
            "" => new TreeEntry("./", TreeEntryType.Directory) { Mode = 448 },
            "app" => new TreeEntry("app/", TreeEntryType.Directory) { Mode = 1528, Uid = 5, Gid = 6 },
            _ => null,
        }, "app/f"));

    [Fact]
    public void Of_a_base_image_that_is_not_known_folders_outside_of_the_working_directory_are_left_alone() => Assert.Equal(
        "/:755 srv/app/:755 srv/app/d/:755 srv/app/d/f:644 usr/:711 usr/lib/x:644",
        string.Join(' ', AppLayer
            .Create(
                [.. new[] { "srv/app/d/f", "usr/lib/x" }.Select(path => new ImageFile(path, "/dev/null", 0, false))], "/srv/app/", 0, 7,
                path => path == "usr" ? new TreeEntry("usr/", TreeEntryType.Directory) { Mode = 457 } : null, isWhole: false)
            .Select(e => $"{e.Name}:{Convert.ToString(e.Mode, 8)}")));

    [Fact]
    public void Every_entry_has_the_time_that_was_asked_for() =>
        Assert.All(AppLayer.Create([new ImageFile("a/b", "/dev/null", 0, false)], "/app", 0, 7, _ => null), e => Assert.Equal(7, e.ModifiedSeconds));
}
