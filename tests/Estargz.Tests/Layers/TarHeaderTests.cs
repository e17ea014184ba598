using static Estargz.Layers.BuiltLayer;
using FrameworkTarReader = System.Formats.Tar.TarReader;

namespace Estargz.Layers;

/// <summary>Headers made here are read alike by the framework, by GNU tar and by the reader of this library.</summary>
public class TarHeaderTests
{
    public static TheoryData<string> Names =>
    [
        "a", new string('a', 100), new string('a', 101), new string('p', 155) + "/" + new string('n', 100),
        new string('p', 156) + "/" + new string('n', 100), new string('p', 155) + "/" + new string('n', 101),
        new string('p', 10) + "/" + new string('n', 100), "p/" + new string('q', 50) + "/" + new string('n', 97),
        new string('x', 255), string.Join('/', Enumerable.Repeat(new string('y', 99), 3)), string.Join('/', Enumerable.Repeat(new string('z', 99), 40)),
        "ünï/cödé", "日本語", "😀", "quote\"and\\slash", "new\nline", "sp ace", "a=b", ".hidden", "\u007f", "tab\t", new string('ü', 50), new string('ü', 51),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_name_comes_back(string name)
    {
        var layer = await WriteAsync(LayerOrder.Arrange([Some.File(name, "x"), Some.Folder(name + "d/"), Some.Link("link", name)], []), Options());
        await layer.AssertValidAsync();
        Assert.Equal([name, name + "d/", "link"], layer.Names[1..]);
        var framework = new FrameworkTarReader(new MemoryStream(layer.Tar));
        var read = new List<string>();
        while (framework.GetNextEntry() is { } entry)
        {
            read.Add(entry.Name + entry.LinkName);
        }

        Assert.Equal([".no.prefetch.landmark", name, name + "d/", "link" + name, "stargz.index.json"], read);
        using var folder = new ScratchFolder();
        folder.Write("l.tar.gz", layer.Blob);
        var lines = Shell.Run(folder.Path, "LC_ALL=C.UTF-8 tar -tzf l.tar.gz --quoting-style=literal");
        Assert.Equal(string.Concat(layer.Names.Append(Toc.EntryName).Select(n => n + "\n")), lines);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(2097151, 2097151, 8589934591)]
    [InlineData(2097152, 4294967294, 8589934592)]
    [InlineData(65534, 1, -1)]
    [InlineData(65534, 1, -62135596801)]
    [InlineData(1, 1, 2147483648)]
    [InlineData(1, 1, 253402300799)]
    [InlineData(1, 1, 253402300800)]
    public void Every_number_comes_back(long uid, long gid, long time)
    {
        var entry = new Entry { Name = "f", Type = EntryType.File, Mode = 2541, UserId = uid, GroupId = gid, ModifiedSeconds = time, UserName = "me", GroupName = "us" };
        var read = Read(entry);
        Assert.Equal((uid, gid, time, 2541, "me", "us"), (read.UserId, read.GroupId, read.ModifiedSeconds, read.Mode, read.UserName, read.GroupName));
        bool hasTime = time is > -62135596800 and < 253402300800;
        Assert.Equal(hasTime, TocWriter.FormatTime(time) is not null);
    }

    [Fact]
    public void A_size_over_eight_gigabytes_comes_back()
    {
        foreach (long size in new[] { (8L << 30) - 1, 8L << 30, 1L << 60 })
        {
            Assert.Equal(size, Read(new Entry { Name = "f", Type = EntryType.File, Content = new LayerReader.Unread(size) }, size).Size);
        }
    }

    [Fact]
    public void A_simple_entry_is_one_block_of_ustar() => Assert.Equal(
        new TarBuilder().Add("f", mode: "0000644", change: b =>
        {
            // Device numbers are left out where there is no device, and names where there are none.
            Assert.Equal(0, b[329]);
        }).Unended,
        TarHeader.Encode(new Entry { Name = "f", Type = EntryType.File, Mode = 420 }));

    private static Entry Read(Entry entry, long size = 0)
    {
        var header = TarHeader.Encode(entry);
        using var stream = new DigestingStream(new MemoryStream(header));
        var read = new TarReader(stream, (_, length) => new LayerReader.Unread(length)).Read()!;
        Assert.Equal(size, read.Size);
        return read;
    }
}
