using System.Text.Json;
using Estargz.Images;
using Estargz.Layers;
using Estargz.MSBuild.Tests.Peers;
using Estargz.Testing;

namespace Estargz.Tool.Tests;

public sealed class InspectTests : IAsyncLifetime
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
    public async Task Json_tells_what_is_in_every_layer()
    {
        var plain = TestLayer.Plain("c");

        var run = await InspectAsync(["--json", "--toc"], _lazy, plain);

        Assert.Equal((ExitCode.Success, ""), (run.ExitCode, run.Error));
        var platform = Assert.Single(JsonDocument.Parse(run.Output).RootElement.GetProperty("platforms").EnumerateArray());
        Assert.Equal("linux/amd64", platform.GetProperty("platform").GetString());
        Assert.Equal(_lazy.Blob.Length + plain.Blob.Length, platform.GetProperty("size").GetInt64());
        var layers = platform.GetProperty("layers").EnumerateArray().ToArray();
        Assert.Equal("estargz", layers[0].GetProperty("format").GetString());
        Assert.Equal(_lazy.Image.Descriptor.Annotations[Annotation.TocDigest], layers[0].GetProperty("tocDigest").GetString());
        Assert.Equal("prefetch", layers[0].GetProperty("landmark").GetString());
        Assert.InRange(layers[0].GetProperty("prefetchSize").GetInt64(), 1, _lazy.Blob.Length);
        Assert.Equal(3, layers[0].GetProperty("chunks").GetInt32());
        Assert.Equal(
            [("app/b", "reg", 16, true), (".prefetch.landmark", "reg", 1, false), ("app/a", "reg", 16, false)],
            layers[0].GetProperty("toc").EnumerateArray().Select(e => (
                e.GetProperty("name").GetString()!, e.GetProperty("type").GetString()!, e.GetProperty("size").GetInt32(), e.GetProperty("prioritized").GetBoolean())));
        Assert.Equal("gzip", layers[1].GetProperty("format").GetString());
        Assert.False(layers[1].TryGetProperty("tocDigest", out _));
    }

    [Fact]
    public async Task Copies_of_hot_pieces_are_named()
    {
        var hot = await TestLayer.HotAsync();

        var run = await InspectAsync([], _lazy, hot);
        var json = await InspectAsync(["--json"], _lazy, hot);

        Assert.Contains("layer 2 hot pieces: 3 copies, 0.01 MB, of 1 file\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("layer 1 hot pieces", run.Output, StringComparison.Ordinal);
        var layers = JsonDocument.Parse(json.Output).RootElement.GetProperty("platforms")[0].GetProperty("layers");
        Assert.False(layers[0].TryGetProperty("hotPieces", out _));
        Assert.Equal((3, 1), (layers[1].GetProperty("hotPieces").GetProperty("copies").GetInt32(), layers[1].GetProperty("hotPieces").GetProperty("files").GetInt32()));
    }

    [Fact]
    public async Task No_blob_is_downloaded_whole()
    {
        var big = await TestLayer.LazyAsync([.. Enumerable.Range(0, 4000).Select(i => $"file{i}")]);

        var run = await InspectAsync([], big);

        Assert.Equal(ExitCode.Success, run.ExitCode);
        var asked = _registry.Requests.Where(r => r.Path.Contains(big.Image.Descriptor.Digest.ToString(), StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(asked);
        Assert.All(asked, request => Assert.Equal(206, request.Status));
    }

    [Fact]
    public async Task A_table_names_formats_landmarks_and_annotations()
    {
        var run = await InspectAsync(["--toc"], _lazy, TestLayer.Plain("c"), (await TestLayer.LazyAsync(["d"])).With(Annotation.TocDigest, "sha256:0"));

        var lines = run.Output.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToArray();
        Assert.Contains(lines, line => line.StartsWith("1 sha256:", StringComparison.Ordinal) && line.Contains(" estargz prefetch ", StringComparison.Ordinal) && line.EndsWith(" matches", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("2 sha256:", StringComparison.Ordinal) && line.EndsWith(" plain gzip", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("3 sha256:", StringComparison.Ordinal) && line.EndsWith(" wrong", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("1 ", StringComparison.Ordinal) && line.EndsWith(" 16 reg yes app/b", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_name_in_an_image_reaches_the_terminal_as_a_command()
    {
        var run = await InspectAsync(["--toc"], await TestLayer.LazyAsync(["evil\u001b[2Jname\u202e"]));

        Assert.Contains("evil?[2Jname?", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task A_broken_table_of_contents_is_an_error_that_names_the_layer()
    {
        // The footer stays as it is; the gzip header of the TOC's member, to which it points, does not.
        int toc = Convert.ToInt32(System.Text.Encoding.ASCII.GetString(_lazy.Blob, _lazy.Blob.Length - Footer.Size + 16, 16), 16);
        var run = await InspectAsync([], _lazy.Forged(toc));

        VerifyTests.AssertError(run, DiagnosticCode.LayerDamaged);
        Assert.Contains("Layer 1 (", run.Error, StringComparison.Ordinal);
    }

    private Task<Command> InspectAsync(string[] options, params TestLayer[] layers) =>
        ToolRun.RunAsync(["inspect", TestImage.Store(_registry, "app", new TestImage("amd64", layers)), .. options]);
}
