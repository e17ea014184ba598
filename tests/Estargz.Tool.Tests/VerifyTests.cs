using Estargz.Images;
using Estargz.MSBuild.Tests.Peers;
using Estargz.Testing;

namespace Estargz.Tool.Tests;

public sealed class VerifyTests : IAsyncLifetime
{
    private TestRegistry _registry = null!;
    private TestLayer _lazy = null!;

    public async Task InitializeAsync()
    {
        _registry = await TestRegistry.StartAsync();
        _lazy = await TestLayer.LazyAsync(["app/a", "app/b"], "app/b");
    }

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task An_image_of_lazy_layers_is_lazy()
    {
        var run = await VerifyAsync(_lazy, await TestLayer.LazyAsync(["c"]));

        Assert.Equal((ExitCode.Success, ""), (run.ExitCode, run.Error));
        Assert.EndsWith("lazy: yes\n", run.Output, StringComparison.Ordinal);
        Assert.Contains(run.Output.Split('\n'), line => line.Contains(_lazy.Image.Descriptor.Digest.ToString(), StringComparison.Ordinal) && line.Contains("estargz", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Copies_of_hot_pieces_are_named_and_compared_with_the_tar()
    {
        var hot = await TestLayer.HotAsync();

        var run = await VerifyAsync(_lazy, hot);

        Assert.Equal((ExitCode.Success, ""), (run.ExitCode, run.Error));
        Assert.Contains("layer 2 hot pieces: 3 copies, 0.01 MB, of 1 file\n", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("lazy: yes\n", run.Output, StringComparison.Ordinal);
        AssertNotLazy(await VerifyAsync(hot.Forged(offset: 1000)), "layer 1 is damaged: 'big': no gzip member with the chunk at byte 12288 begins at offset 16.");
    }

    [Fact]
    public async Task A_plain_layer_makes_an_image_not_lazy()
    {
        AssertNotLazy(await VerifyAsync(_lazy, TestLayer.Plain("a")), "layer 2 is plain gzip");
        AssertNotLazy(await VerifyAsync(_lazy, TestLayer.Plain("a").Zstd()), "layer 2 is plain zstd");
        AssertNotLazy(await VerifyAsync(_lazy, TestLayer.Plain("a").Zstd().Forged(offset: 30)), "layer 2 is damaged: The zstd frame at byte 9 is damaged.");
    }

    [Fact]
    public async Task A_plain_layer_whose_archive_is_cut_off_is_told_of()
    {
        const string Reason = "layer 2 is damaged: The tar archive is damaged or unusual: it ends in the middle of a file.";
        AssertNotLazy(await VerifyAsync(_lazy, TestLayer.Plain("a").Cut(1540)), Reason);
        AssertNotLazy(await VerifyAsync(_lazy, TestLayer.Plain("a").Cut(1540).Zstd()), Reason);
    }

    [Fact]
    public async Task A_layer_without_annotations_is_not_lazy()
    {
        AssertNotLazy(await VerifyAsync(_lazy.Without(Annotation.TocDigest)), $"layer 1 has no annotation {Annotation.TocDigest}");
        AssertNotLazy(await VerifyAsync(_lazy.Without(Annotation.UncompressedSize)), $"layer 1 has no annotation {Annotation.UncompressedSize}");
    }

    [Theory]
    [InlineData(Annotation.TocDigest)]
    [InlineData(Annotation.UncompressedSize)]
    [InlineData(Annotation.OciTocDigest)]
    public async Task A_lying_annotation_is_found(string annotation) =>
        AssertNotLazy(await VerifyAsync(_lazy.With(annotation, "1")), $"layer 1 has the annotation {annotation} '1', but '");

    [Fact]
    public async Task A_layer_that_unpacks_to_something_else_than_the_configuration_says_is_found()
    {
        var other = TestLayer.Plain("other").Image.DiffId;
        AssertNotLazy(
            await VerifyAsync(_lazy with { Image = _lazy.Image with { DiffId = other } }),
            $"layer 1 unpacks to {_lazy.Image.DiffId}, but the configuration says {other}");
    }

    [Fact]
    public async Task A_forged_layer_with_the_right_digest_is_found() =>
        AssertNotLazy(await VerifyAsync(_lazy.Forged(offset: 20)), "layer 1 is damaged: ");

    [Fact]
    public async Task A_blob_that_is_not_what_its_digest_says_is_found_and_the_others_are_checked_all_the_same()
    {
        var image = new TestImage("amd64", _lazy, TestLayer.Plain("a"));
        var reference = TestImage.Store(_registry, "damaged", image);
        var path = _registry.Storage.PathOf(_lazy.Image.Descriptor.Digest.ToString());
        await File.WriteAllBytesAsync(path, _lazy.Forged(20).Blob);

        var run = await ToolRun.RunAsync("verify", reference);

        AssertNotLazy(run, "layer 1 cannot be had: ");
        Assert.Contains("also: layer 2 is plain gzip\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_is_lazy_only_if_every_platform_is()
    {
        var reference = TestImage.Store(_registry, "multi", new TestImage("amd64", _lazy), new TestImage("arm64", TestLayer.Plain("a")));

        var all = await ToolRun.RunAsync("verify", reference);
        var amd64 = await ToolRun.RunAsync("verify", reference, "--platform", "linux/amd64");
        var s390x = await ToolRun.RunAsync("verify", reference, "--platform", "linux/s390x");

        Assert.Contains("lazy: yes\n", all.Output, StringComparison.Ordinal);
        AssertNotLazy(all, "layer 1 is plain gzip");
        Assert.Equal(ExitCode.Success, amd64.ExitCode);
        Assert.DoesNotContain("arm64", amd64.Output, StringComparison.Ordinal);
        AssertError(s390x, DiagnosticCode.PlatformMissing);
    }

    [Fact]
    public async Task A_folder_is_verified_like_a_registry()
    {
        using var folder = new TemporaryFolder();
        new TestImage("amd64", _lazy).WriteTo(folder.Path, "1.0");

        Assert.Equal(ExitCode.Success, (await ToolRun.RunAsync("verify", folder.Path)).ExitCode);
        Assert.Equal(ExitCode.Success, (await ToolRun.RunAsync("verify", folder.Path + ":1.0")).ExitCode);
        AssertError(await ToolRun.RunAsync("verify", folder.Path + ":2.0"), DiagnosticCode.NotFound);
        AssertError(await ToolRun.RunAsync("verify", "./no-such-folder"), DiagnosticCode.NotFound);

        await File.WriteAllBytesAsync(Path.Combine(folder.Path, "blobs", "sha256", _lazy.Image.Descriptor.Digest.Hex), _lazy.Forged(20).Blob);
        AssertNotLazy(await ToolRun.RunAsync("verify", folder.Path), "layer 1 cannot be had: ");
    }

    [Fact]
    public async Task What_is_not_there_is_one_line_with_a_code()
    {
        AssertError(await ToolRun.RunAsync("verify", $"{_registry.Host}/nothing:1"), DiagnosticCode.NotFound);
        AssertError(await ToolRun.RunAsync("verify", $"127.0.0.1:{FreePort.Next()}/app:1"), DiagnosticCode.RegistryUnreachable);
        AssertError(await ToolRun.RunAsync("verify", "UPPER/case"), DiagnosticCode.InvalidReference);
    }

    internal static void AssertError(Command run, string code)
    {
        Assert.Equal((ExitCode.Failure, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"error {code}: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    private static void AssertNotLazy(Command run, string reason)
    {
        Assert.Equal((ExitCode.Failure, ""), (run.ExitCode, run.Error));
        Assert.Contains($"lazy: no, because {reason}", run.Output, StringComparison.Ordinal);
    }

    private Task<Command> VerifyAsync(params TestLayer[] layers) =>
        ToolRun.RunAsync("verify", TestImage.Store(_registry, "app", new TestImage("amd64", layers)));
}
