using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

/// <summary>Sparse files that the real GNU tar stores in each of its formats become ordinary files.</summary>
public sealed class SparseFileTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Formats => new(
        "--format=gnu", "--format=oldgnu", "--format=pax --sparse-version=0.0", "--format=pax --sparse-version=0.1", "--format=pax --sparse-version=1.0");

    /// <summary>Each has its data where the name says.</summary>
    private static readonly (string Name, int Size, int[] Data)[] s_files =
    [
        ("start", 1 << 20, [0]), ("end", (1 << 20) + 77, [1 << 20]), ("hole", 300_000, []), ("dense", 5000, [0]),
        ("many", 4 << 20, [.. Enumerable.Range(1, 60).Select(i => i << 16)]),
    ];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Every_format_gives_the_bytes_of_the_file(string format)
    {
        foreach (var (name, size, data) in s_files)
        {
            using var file = File.Create(_folder[name]);
            foreach (int offset in data)
            {
                file.Position = offset;
                file.Write(Some.Bytes(Math.Min(4096, size - offset), offset));
            }

            file.SetLength(size);
        }

        Shell.Run(_folder.Path, $"tar -cSf out.tar {format} --hole-detection=raw start end hole dense many");
        Assert.True(new FileInfo(_folder["out.tar"]).Length < 1 << 20);
        var layer = await ConvertAsync(File.ReadAllBytes(_folder["out.tar"]), options: Options(100_000));
        Assert.Equal([".no.prefetch.landmark", .. s_files.Select(f => f.Name)], layer.Names.Distinct());
        foreach (var (name, _, _) in s_files)
        {
            Assert.Equal(File.ReadAllBytes(_folder[name]), layer.ReadFile(name));
        }

        await layer.AssertValidAsync();
        File.WriteAllBytes(_folder["layer.tar.gz"], layer.Blob);
        Shell.Run(_folder.Path, "mkdir x; tar -xzf layer.tar.gz -C x; for f in start end hole dense many; do cmp $f x/$f; done");
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Five_gigabytes_of_hole_are_read_where_they_are(string format)
    {
        using (var file = File.Create(_folder["huge"]))
        {
            file.SetLength(5L << 30);
            file.Position = 3L << 30;
            file.Write("middle"u8);
        }

        Shell.Run(_folder.Path, $"tar -cSf out.tar {format} huge");
        using var blob = File.OpenRead(_folder["out.tar"]);
        using var source = await SourceLayer.OpenAsync(blob, Images.MediaType.LayerTar, _folder.Path, default);
        var entry = Assert.Single(source.Entries);
        Assert.Equal(("huge", 5L << 30), (entry.Name, entry.Size));
        var middle = new byte[8];
        entry.Content.Read((3L << 30) - 1, middle);
        Assert.Equal("\0middle\0"u8.ToArray(), middle);
    }

    [Theory]
    [InlineData("GNU.sparse.size=-5", "GNU.sparse.map=0,0")]
    [InlineData("GNU.sparse.size=10", "GNU.sparse.map=0,5,4,1")]
    [InlineData("GNU.sparse.size=10", "GNU.sparse.map=0,11")]
    [InlineData("GNU.sparse.size=10", "GNU.sparse.map=0,1,2")]
    [InlineData("GNU.sparse.size=10", "GNU.sparse.map=0,9223372036854775807")]
    [InlineData("GNU.sparse.size=10", "GNU.sparse.map=9223372036854775807,1")]
    [InlineData("GNU.sparse.size=9223372036854775808", "GNU.sparse.map=0,1")]
    [InlineData("GNU.sparse.size=10", "GNU.sparse.map=0,6")]
    public async Task A_map_that_contradicts_itself_is_refused(params string[] records)
    {
        var tar = new TarBuilder().Pax(["GNU.sparse.major=0", "GNU.sparse.minor=1", .. records]).Add("f", content: "12345").Ended;
        Assert.Equal("ESTARGZ3002", (await Assert.ThrowsAsync<EstargzException>(() => ConvertAsync(tar))).Code);
    }

    [Fact]
    public async Task A_folder_cannot_be_sparse()
    {
        var tar = new TarBuilder().Pax("GNU.sparse.map=0,0", "GNU.sparse.size=10").Add("f/", '5').Ended;
        Assert.Equal("ESTARGZ3002", (await Assert.ThrowsAsync<EstargzException>(() => ConvertAsync(tar))).Code);
    }

    [Fact]
    public async Task A_name_for_sparse_files_does_not_rename_ordinary_ones()
    {
        var tar = new TarBuilder().Pax("GNU.sparse.name=other", "GNU.sparse.size=10").Add("real", content: "12345").Ended;
        var layer = await ConvertAsync(tar);
        Assert.Equal("real", layer.Names[1]);
        Assert.Equal("12345"u8.ToArray(), layer.ReadFile("real"));
    }
}
