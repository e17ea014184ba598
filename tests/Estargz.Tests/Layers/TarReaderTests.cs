using System.Formats.Tar;
using System.Text;
using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

public class TarReaderTests
{
    [Theory]
    [InlineData(TarEntryFormat.V7)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.Pax)]
    public async Task Archives_of_the_framework_keep_every_header(TarEntryFormat format)
    {
        var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, format, leaveOpen: true))
        {
            var name = format is TarEntryFormat.Gnu or TarEntryFormat.Pax ? new string('n', 300) : "n";
            writer.WriteEntry(Make(TarEntryType.Directory, "d/"));
            writer.WriteEntry(Make(format == TarEntryFormat.V7 ? TarEntryType.V7RegularFile : TarEntryType.RegularFile, "d/" + name, "content"));
            writer.WriteEntry(Make(TarEntryType.SymbolicLink, "d/s", link: name));
            writer.WriteEntry(Make(TarEntryType.HardLink, "d/h", link: "d/" + name));
        }

        var converted = await ConvertAsync(stream.ToArray());
        await ConvertedTar.AssertKeepsAsync(stream.ToArray(), converted);
        Assert.Equal("content"u8.ToArray(), converted.ReadFile(converted.Names[2]));

        TarEntry Make(TarEntryType type, string name, string content = "", string link = "")
        {
            TarEntry entry = format switch
            {
                TarEntryFormat.V7 => new V7TarEntry(type, name),
                TarEntryFormat.Ustar => new UstarTarEntry(type, name),
                TarEntryFormat.Gnu => new GnuTarEntry(type, name),
                _ => new PaxTarEntry(type, name),
            };
            if (content.Length > 0)
            {
                entry.DataStream = new MemoryStream(Encoding.ASCII.GetBytes(content));
            }

            if (link.Length > 0)
            {
                entry.LinkName = link;
            }

            return entry;
        }
    }

    [Fact]
    public async Task A_long_name_cut_off_within_a_character_is_read_from_where_it_is_whole()
    {
        var name = new string('a', 99) + "ü" + new string('b', 50);
        var bytes = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(name));
        var tar = new TarBuilder()
            .Add("././@LongLink", 'L', bytes + "\0").Add(bytes[..100], content: "1")
            .Pax("path=" + bytes + "c").Add(bytes[..100], content: "2").Ended;
        var layer = await ConvertAsync(tar);
        Assert.Equal([name, name + "c"], layer.Names[1..]);
        await layer.AssertValidAsync();
    }

    [Fact]
    public async Task A_name_that_is_not_UTF_8_is_refused_by_name()
    {
        var error = await Assert.ThrowsAsync<EstargzException>(() => ConvertAsync(new TarBuilder().Add("caf\xe9").Ended));
        Assert.Equal("ESTARGZ3002", error.Code);
        Assert.Contains("café", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_global_header_is_passed_over_wherever_it_is()
    {
        var tar = new TarBuilder()
            .Add("pax_global_header", 'g', TarBuilder.Record("comment=0123") + TarBuilder.Record("path=wrong"))
            .Add("a", content: "1").Add("g", 'g', TarBuilder.Record("comment=2")).Add("b", content: "2").Add("g", 'g', TarBuilder.Record("c=2")).Ended;
        var layer = await ConvertAsync(tar);
        await ConvertedTar.AssertKeepsAsync(tar, layer);
        Assert.Equal(["a", "b"], layer.Names[1..]);
    }

    [Fact]
    public async Task An_archive_may_end_in_any_way_after_its_content()
    {
        var whole = new TarBuilder().Add("a", content: "1234").Add("b", content: "5678").Unended;
        byte[][] endings = [[.. whole, .. new byte[10240]], [.. whole, .. new byte[512]], [.. whole, .. new byte[100]], whole, whole[..^508], [.. whole, .. new byte[1024], .. "garbage"u8, .. Some.Bytes(600)]];
        var layers = new List<BuiltLayer>();
        foreach (var tar in endings.Where(e => e.Length % 512 is 0 or 4 or 95))
        {
            var layer = await ConvertAsync(tar);
            await layer.AssertValidAsync();
            Assert.Equal("5678"u8.ToArray(), layer.ReadFile("b"));
            layers.Add(layer);
        }

        Assert.Single(layers.Select(l => l.Layer).Distinct());
    }

    [Fact]
    public async Task Entries_after_a_lone_block_of_zeros_are_not_lost_in_silence()
    {
        var tar = new TarBuilder().Add("a").Raw(new byte[512]).Add("b").Ended;
        Assert.Equal("ESTARGZ3002", (await Assert.ThrowsAsync<EstargzException>(() => ConvertAsync(tar))).Code);
    }

    [Theory]
    [InlineData("../etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("a/..")]
    [InlineData("")]
    public async Task Names_that_lead_out_of_the_image_are_refused(string name) =>
        Assert.Equal("ESTARGZ3002", (await Assert.ThrowsAsync<EstargzException>(() => ConvertAsync(new TarBuilder().Add(name).Ended))).Code);

    [Theory]
    [InlineData("99999999999")]
    [InlineData("77777777777")]
    [InlineData("-0000000001")]
    [InlineData("\u0080\0\0\0\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")]
    [InlineData("\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")]
    [InlineData("\u0080\u0001\0\0\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")]
    public async Task Sizes_that_cannot_be_are_refused(string size) =>
        Assert.Equal("ESTARGZ3002", (await Assert.ThrowsAsync<EstargzException>(() => ConvertAsync(new TarBuilder().Add("f", size: size).Ended))).Code);

    [Theory]
    [InlineData('V')]
    [InlineData('M')]
    [InlineData('Z')]
    public async Task Types_that_the_format_has_no_word_for_are_refused(char type) =>
        Assert.Equal("ESTARGZ3002", (await Assert.ThrowsAsync<EstargzException>(() => ConvertAsync(new TarBuilder().Add("f", type).Ended))).Code);

    [Fact]
    public async Task A_wrong_checksum_is_refused()
    {
        var tar = new TarBuilder().Add("f", content: "x").Ended;
        tar[0]++;
        Assert.Equal("ESTARGZ3002", (await Assert.ThrowsAsync<EstargzException>(() => ConvertAsync(tar))).Code);
    }

    [Theory]
    [InlineData("1.4", 1)]
    [InlineData("1.5", 2)]
    [InlineData("-1.5", -1)]
    [InlineData("-1.6", -2)]
    [InlineData("-1", -1)]
    [InlineData("4102444800.000000001", 4102444800)]
    [InlineData("0", 0)]
    public async Task Times_are_rounded_as_the_reference_does(string time, long seconds)
    {
        var layer = await ConvertAsync(new TarBuilder().Pax("mtime=" + time).Add("f").Ended);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ssZ", null), layer.Toc[1].GetProperty("modtime").GetString());
    }

    [Theory]
    [InlineData("mtime=abc")]
    [InlineData("mtime=1e9")]
    [InlineData("mtime=99999999999999999999999999999999")]
    [InlineData("uid=x")]
    [InlineData("size=-1")]
    [InlineData("path=a\0b")]
    public async Task Records_that_make_no_sense_are_refused(string record) =>
        Assert.Equal("ESTARGZ3002", (await Assert.ThrowsAsync<EstargzException>(() => ConvertAsync(new TarBuilder().Pax(record).Add("f").Ended))).Code);

    [Theory]
    [InlineData("")]
    [InlineData("5 a=b\n")]
    [InlineData("6 a=b")]
    [InlineData("4 =b\n")]
    [InlineData("-6 a=b\n")]
    [InlineData("99999999999999999999 a=b\n")]
    [InlineData("6 a=b\n\0\0\0")]
    public void Records_that_are_malformed_are_refused(string body)
    {
        if (body.Length > 0)
        {
            Assert.Equal("ESTARGZ3002", Assert.Throws<EstargzException>(() => PaxRecords.Parse(Encoding.ASCII.GetBytes(body))).Code);
        }
        else
        {
            Assert.Null(PaxRecords.Parse(default).Text("a"));
        }
    }

    [Fact]
    public async Task Numbers_end_at_a_NUL_and_may_be_padded()
    {
        var layer = await ConvertAsync(new TarBuilder().Add("f", mode: " 755\0xx", uid: "  14 \0 ").Ended);
        Assert.Equal((493, 12), (Number(layer.Toc[1], "mode"), Number(layer.Toc[1], "uid")));
    }
}
