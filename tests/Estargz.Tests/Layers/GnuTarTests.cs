using System.Text;
using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

/// <summary>Archives that the real GNU tar makes keep every header and every byte.</summary>
public sealed class GnuTarTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private byte[] Tar(string options)
    {
        Shell.Run(_folder.Path, $"tar -c -f ../out.$$.tar --sort=name {options} && mv ../out.$$.tar out.tar");
        var tar = File.ReadAllBytes(_folder["out.tar"]);
        File.Delete(_folder["out.tar"]);
        return tar;
    }

    private void MakeTree(bool longNames)
    {
        _folder.Write("tree/a/hello.txt", "hello\n"u8);
        _folder.Write("tree/a/empty", []);
        _folder.Write("tree/a/blocks", Some.Bytes(1024));
        Shell.Run(_folder.Path, "cd tree; chmod 4755 a/blocks; ln a/hello.txt hard; ln -s a/hello.txt soft; mkdir -m 1777 tmp; touch -d '2001-02-03 04:05:06' a/empty");
        if (longNames)
        {
            Shell.Run(_folder.Path, $"""
                cd tree; mkfifo fifo; if [ $(id -u) = 0 ]; then mknod null c 1 3; mknod loop b 7 300; chown 3000000:2097151 a/empty; fi
                touch -d '1960-01-01 00:00:00.75 UTC' old; touch -d '2040-01-01 00:00:00.5 UTC' later
                d={new string('d', 90)}; mkdir -p $d/$d/$d; echo x > $d/$d/$d/{new string('f', 120)}; echo y > {new string('ü', 60)}
                echo z > $'quote"back\\slash\nnewline'; ln -s {new string('t', 1500)} longlink
                """);
        }
    }

    [Theory]
    [InlineData("v7", false)]
    [InlineData("ustar", false)]
    [InlineData("oldgnu", true)]
    [InlineData("gnu", true)]
    [InlineData("pax", true)]
    public async Task Every_format_is_carried_over(string format, bool longNames)
    {
        MakeTree(longNames);
        foreach (var root in new[] { "tree", "-C tree .", "-C tree a hard soft tmp" })
        {
            var tar = Tar($"--format={format} {root}");
            var converted = await ConvertAsync(tar, options: Options(1000));
            await ConvertedTar.AssertKeepsAsync(tar, converted);
            var toc = converted.Toc.First(e => Entry.CleanPath(e.GetProperty("name").GetString()!).EndsWith("a/empty", StringComparison.Ordinal));
            Assert.Equal(Shell.Run(_folder["tree"], "date -u -d @$(stat -c %Y a/empty) +%FT%TZ").Trim(), toc.GetProperty("modtime").GetString());
            Assert.Equal(Shell.Run(_folder["tree"], "stat -c %u:%g a/empty").Trim(), $"{Number(toc, "uid")}:{Number(toc, "gid")}");
        }
    }

    [TheoryForRoot]
    [InlineData("oldgnu")]
    [InlineData("gnu")]
    [InlineData("pax")]
    public async Task Odd_names_times_and_devices_are_in_the_table_of_contents(string format)
    {
        MakeTree(longNames: true);
        var toc = (await ConvertAsync(Tar($"--format={format} -C tree ."))).Toc.ToLookup(e => e.GetProperty("name").GetString()!);
        var d = new string('d', 90);
        Assert.Single(toc[$"./{d}/{d}/{d}/{new string('f', 120)}"]);
        Assert.Single(toc["./" + new string('ü', 60)]);
        Assert.Single(toc["./quote\"back\\slash\nnewline"]);
        Assert.Equal(new string('t', 1500), toc["./longlink"].Single().GetProperty("linkName").GetString());
        Assert.Equal(("fifo", "char", "block"), (Type("./fifo"), Type("./null"), Type("./loop")));
        Assert.Equal((1, 3, 7, 300), (Number(toc["./null"].Single(), "devMajor"), Number(toc["./null"].Single(), "devMinor"), Number(toc["./loop"].Single(), "devMajor"), Number(toc["./loop"].Single(), "devMinor")));

        // Only PAX has fractions, which are rounded; the others cut them off.
        Assert.Equal(format == "pax" ? "1960-01-01T00:00:01Z" : "1960-01-01T00:00:00Z", toc["./old"].Single().GetProperty("modtime").GetString());
        Assert.Equal(format == "pax" ? "2040-01-01T00:00:01Z" : "2040-01-01T00:00:00Z", toc["./later"].Single().GetProperty("modtime").GetString());
        string? Type(string name) => toc[name].Single().GetProperty("type").GetString();
    }

    [Fact]
    public async Task Extended_attributes_are_in_the_table_of_contents_in_base64()
    {
        var value = Encoding.Latin1.GetString([1, 0, 0, 2, 0, 0x20, 0, 0xff]);
        var tar = new TarBuilder()
            .Pax("SCHILY.xattr.security.capability=" + value, "SCHILY.xattr.user.b=", "SCHILY.xattr.user.a=x=y", "comment=kept")
            .Add("ping", content: "p").Add("plain", content: "q").Ended;
        var converted = await ConvertAsync(tar);
        await ConvertedTar.AssertKeepsAsync(tar, converted);
        Assert.Equal("""{"security.capability":"AQAAAgAgAP8=","user.a":"eD15","user.b":""}""", converted.Toc[1].GetProperty("xattrs").GetRawText());
        Assert.False(converted.Toc[2].TryGetProperty("xattrs", out _));
    }
}
