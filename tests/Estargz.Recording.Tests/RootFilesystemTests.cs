using System.Formats.Tar;
using Estargz.Images;

namespace Estargz.Recording.Tests;

/// <summary>Images on disk, as runtimes unpack them, and nothing beside.</summary>
[Collection("apps")]
public sealed class RootFilesystemTests : IDisposable
{
    private readonly HashSet<string> _before = Scratch();

    [LinuxTheory]
    [InlineData(MediaType.LayerGzip)]
    [InlineData(MediaType.LayerZstd)]
    [InlineData(MediaType.LayerTar)]
    public async Task Layers_lie_one_over_the_other(string mediaType)
    {
        using var root = await SampleLayer.UnpackAsync(
            [SampleLayer.Of("low", "a/", "a/x", "b").Finish(mediaType), SampleLayer.Of("high", "a/x", "c/d/e").Finish(mediaType)]);

        Assert.Equal("high:a/x low:b high:c/d/e", Read(root, "a/x", "b", "c/d/e"));
        Assert.Equal(["/a/x", "/b", "/c/d/e"], Files(root));
    }

    [LinuxFact]
    public async Task Whiteouts_and_opaque_folders_hide_what_lower_layers_have()
    {
        using var root = await SampleLayer.UnpackAsync(
            SampleLayer.Of("low", "gone", "stays", "dir/", "dir/gone", "opaque/gone", "opaque/deep/gone"),
            SampleLayer.Of("high", ".wh.gone", "dir/.wh.gone", "opaque/new", "opaque/.wh..wh..opq"));

        Assert.Equal(["/opaque/new", "/stays"], Files(root));
        Assert.True(Directory.Exists(Path.Join(root.Folder, "dir")));
    }

    [LinuxFact]
    public async Task A_hard_link_is_the_file_of_its_time_in_whichever_layer()
    {
        using var root = await SampleLayer.UnpackAsync(
            SampleLayer.Of("low", "file", "same => file", "to-link => link", "link -> file"),
            SampleLayer.Of("high", "late => file", "later => late"),
            SampleLayer.Of("top", "file", ".wh.same"),
            SampleLayer.Of("last", "newest => file", "nothing => missing"));

        Assert.Equal("low:file low:file top:file top:file", Read(root, "late", "later", "file", "newest"));
        Assert.Equal(["/file", "/late", "/later", "/link", "/newest"], Files(root));
    }

    [LinuxFact]
    public async Task Owner_mode_and_time_are_those_of_the_image()
    {
        using var root = await SampleLayer.UnpackAsync(new SampleLayer()
            .Add(TarEntryType.Directory, "closed/", mode: 0b101_000_000)
            .Add(TarEntryType.RegularFile, "closed/program", text: "x", mode: 0b100_111_101_101, user: 1654)
            .Add(TarEntryType.RegularFile, "secret", text: "x", mode: 0b100_000_000));

        int owner = Environment.IsPrivilegedProcess ? 0 : 0b110_000_000;
        Assert.Equal(0b100_111_101_101, (int)Mode(root, "closed/program"));
        Assert.Equal(0b100_000_000 | owner, (int)Mode(root, "secret"));
        Assert.Equal(0b101_000_000 | (Environment.IsPrivilegedProcess ? 0 : 0b111_000_000), (int)Mode(root, "closed"));
        Assert.Equal(new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc), File.GetLastWriteTimeUtc(Path.Join(root.Folder, "secret")));
    }

    [LinuxTheory]
    [InlineData("../escaped")]
    [InlineData("a/../../escaped")]
    public async Task A_name_that_leads_out_is_an_error(string name)
    {
        var failure = await Assert.ThrowsAsync<EstargzException>(() => SampleLayer.UnpackAsync(SampleLayer.Of("evil", name)));

        Assert.Equal(DiagnosticCode.TarInvalid, failure.Code);
        Assert.StartsWith("Layer 1 (sha256:", failure.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task Symbolic_links_lead_nowhere_but_inside()
    {
        using var outside = new TemporaryFolder();
        var victim = outside.Write("victim", "untouched");
        using var root = await SampleLayer.UnpackAsync(
            SampleLayer.Of("low", $"absolute -> {outside.Path}", "relative -> ../../../../../../../../tmp", $"file -> {victim}", $"hard => {victim}"),
            SampleLayer.Of("high", "absolute/escaped", "relative/escaped", "file", "absolute/victim", "absolute/.wh.victim"));

        Assert.Equal("untouched", await File.ReadAllTextAsync(victim));
        Assert.Equal([victim], Directory.GetFileSystemEntries(outside.Path));
        Assert.False(File.Exists("/tmp/escaped"));
        Assert.Equal("high:absolute/escaped high:relative/escaped high:file", Read(root, outside["escaped"], "tmp/escaped", "file"));
        Assert.False(File.Exists(Path.Join(root.Folder, "hard")));
        Assert.Equal(Path.Join(root.Folder, outside["escaped"]), root.Find("absolute/escaped"));
        Assert.Null(root.FindRecorded(outside["escaped"]));
    }

    [LinuxTheory]
    [InlineData("/", "/")]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/work/new/deep", "/work/new/deep")]
    [InlineData("/link/new", "/work/new")]
    [InlineData("/nowhere", "/gone/deep")]
    [InlineData("/nowhere/new", "/gone/deep/new")]
    [InlineData("/out/escaped", "/tmp/escaped")]
    [InlineData("/../../escaped", "/escaped")]
    [InlineData("/file/new", null)]
    [InlineData("/file", null)]
    [InlineData("/to-file", null)]
    [InlineData("/through-file", null)]
    [InlineData("/circle", null)]
    public async Task A_folder_is_made_where_links_of_the_image_lead_and_never_outside(string path, string? made)
    {
        using var root = await SampleLayer.UnpackAsync(SampleLayer.Of(
            "", "work/", "link -> work", "nowhere -> /gone/deep", "out -> ../../../../../../tmp", "file", "to-file -> file", "through-file -> /file/x/y", "circle -> circle"));

        var folder = root.CreateFolder(path);

        Assert.Equal(made, folder is null ? null : root.Seen(folder));
        Assert.Equal(folder, folder is null ? null : root.Find(path));
        Assert.True(folder is null || Mode(root, root.Seen(folder)) == (UnixFileMode)0b111_101_101 || folder == root.Folder);
        Assert.True(File.Exists(Path.Join(root.Folder, "file")));
        Assert.False(Directory.Exists("/tmp/escaped"));
    }

    [LinuxFact]
    public async Task What_runtimes_mount_is_not_the_images()
    {
        using var outside = new TemporaryFolder();
        using var root = await SampleLayer.UnpackAsync(new SampleLayer()
            .Add(TarEntryType.SymbolicLink, "proc", target: outside.Path)
            .Add(TarEntryType.RegularFile, "dev", text: "x")
            .Add(TarEntryType.SymbolicLink, "etc/resolv.conf", target: outside["resolv.conf"])
            .Add(TarEntryType.Fifo, "pipe"));

        Assert.All(["proc", "dev", "sys"], name => Assert.Null(new DirectoryInfo(Path.Join(root.Folder, name)).LinkTarget));
        Assert.Equal(File.ReadAllBytes("/etc/resolv.conf"), File.ReadAllBytes(Path.Join(root.Folder, "etc/resolv.conf")));
        Assert.Equal(File.ReadAllBytes("/etc/hosts"), File.ReadAllBytes(Path.Join(root.Folder, "etc/hosts")));
        Assert.Empty(Directory.GetFileSystemEntries(outside.Path));
        Assert.False(File.Exists(Path.Join(root.Folder, "pipe")));
        Assert.Null(root.FindRecorded(Path.Join(root.Folder, "etc/hosts")));
    }

    [LinuxFact]
    public async Task A_layer_that_is_not_what_the_configuration_says_is_an_error()
    {
        var (blob, layer) = SampleLayer.Of("x", "a").Finish();

        var failure = await Assert.ThrowsAsync<EstargzException>(() => SampleLayer.UnpackAsync([(blob, layer with { DiffId = layer.Descriptor.Digest })]));

        Assert.Equal(DiagnosticCode.DigestMismatch, failure.Code);
    }

    [LinuxFact]
    public async Task Cancellation_leaves_nothing_behind()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SampleLayer.UnpackAsync([SampleLayer.Of("x", "a", "b").Finish()], cancel.Token));
    }

    /// <summary>Every folder is gone after every test.</summary>
    public void Dispose() => Assert.Empty(Scratch().Except(_before));

    private static HashSet<string> Scratch() => [.. Directory.EnumerateDirectories(Path.GetTempPath(), "estargz-recording-*")];

    private static string Read(RootFilesystem root, params string[] paths) => string.Join(' ', paths.Select(path => File.ReadAllText(root.Find(path)!)));

    private static UnixFileMode Mode(RootFilesystem root, string path) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(Path.Join(root.Folder, path));

    private static IEnumerable<string> Files(RootFilesystem root) => Directory.EnumerateFiles(root.Folder, "*", SearchOption.AllDirectories).Select(root.Seen).Order(StringComparer.Ordinal);
}
