using System.Runtime.Versioning;

namespace Estargz.Recording.Tests;

/// <summary>Copies of publish folders.</summary>
[SupportedOSPlatform("linux")]
public sealed class FolderCopyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [LinuxFact]
    public void A_copy_has_modes_times_empty_folders_and_links_and_leaves_nothing()
    {
        _folder.Write("app/sub/file", "x");
        File.SetUnixFileMode(_folder["app/sub/file"], UnixFileMode.UserRead | UnixFileMode.GroupRead);
        File.SetLastWriteTimeUtc(_folder["app/sub/file"], DateTime.UnixEpoch);
        Directory.CreateDirectory(_folder["app/sub/empty"]);
        foreach (var (name, target) in new[] { ("inside", "sub/file"), ("absolute", _folder["app/sub/file"]), ("outside", "../other"), ("folder", "sub"), ("root", _folder["other"]) })
        {
            File.CreateSymbolicLink(_folder["app/" + name], target);
        }

        Directory.SetLastWriteTimeUtc(_folder["app/sub"], DateTime.UnixEpoch);
        File.SetUnixFileMode(_folder["app/sub"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using (var copy = FolderCopy.Create(_folder["app/"], _folder["obj/x/"], default))
        {
            Assert.Equal(_folder["obj/x"], copy.Path);
            Assert.Equal(["absolute", "folder", "inside", "outside", "root", "sub", "sub/empty", "sub/file"], Names(copy.Path));
            Assert.All(["", "sub", "sub/empty", "sub/file"], name => Assert.Equal(File.GetUnixFileMode(Path.Join(_folder["app"], name)), File.GetUnixFileMode(Path.Join(copy.Path, name))));
            Assert.All(["sub", "sub/file"], name => Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(Path.Combine(copy.Path, name))));
            Assert.Equal(
                ["sub/file", Path.Combine(copy.Path, "sub/file"), _folder["other"], "sub", _folder["other"]],
                new[] { "inside", "absolute", "outside", "folder", "root" }.Select(name => new FileInfo(Path.Combine(copy.Path, name)).LinkTarget));
            Assert.Equal($"'{_folder["app"]}/web'", copy.ToSource($"'{copy.Path}/web'"));
        }

        Assert.False(Directory.Exists(_folder["obj/x"]));
        File.SetUnixFileMode(_folder["app/sub"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [LinuxFact]
    public void A_folder_with_its_copy_in_it_is_copied_without_that()
    {
        _folder.Write("a", "x");
        _folder.Write("obj/copy/old", "x");

        using var copy = FolderCopy.Create(_folder.Path, _folder["obj/copy"], default);

        Assert.Equal(["a", "obj"], Names(copy.Path));
        Assert.Throws<OperationCanceledException>(() => FolderCopy.Create(_folder.Path, _folder["obj/other"], new CancellationToken(canceled: true)));
        Assert.False(Directory.Exists(_folder["obj/other"]));
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFileSystemEntries(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Where(path => !Path.GetRelativePath(folder, path).StartsWith("folder/", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal);
}
