using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Estargz.Profiles;

namespace Estargz.Tests.Profiles;

public class IcuDataTests
{
    [Theory]
    [InlineData("usr/lib/x86_64-linux-gnu/libicudata.so.72.1", true)]
    [InlineData("libicudata.so", true)]
    [InlineData("usr/lib/libicuuc.so.72", false)]
    public void The_library_is_known_by_its_name(string name, bool known) => Assert.Equal(known, IcuData.IsName(name));

    [Theory]
    [InlineData(8192, false)]
    [InlineData(8192, true)]
    [InlineData(0, false)]
    [InlineData(65536 + 16, false)]
    public void Items_that_are_read_are_found_in_the_table(int header, bool bigEndian)
    {
        // Items begin at page 100 behind the table: 10 pages each, the collation of 300 pages.
        var file = Library(header, bigEndian, ("af.res", 40), ("coll/ucadata.icu", 300), ("en.res", 10), ("pl.res", 10), ("root.res", 10), ("zu.res", 10));
        int first = (header + 144) / 4096 + 100;
        Assert.Equal(
            $"0-{first + 32},{first + 40}-{first + 44},{first + 316}-{first + 350},{first + 360}-{first + 370},{(file.Length - 1) / 4096}",
            Pages(file)!.ToString());
    }

    [Fact]
    public void Anything_else_has_no_pages()
    {
        var file = Library(4096, false, ("af.res", 10), ("en.res", 10));
        Assert.NotNull(Pages(file));
        Assert.Null(Pages([]));
        Assert.Null(Pages(new byte[10]));
        Assert.Null(Pages(Library(4096, false, ("af.res", 10), ("nothing", 10))));
        Assert.Null(Pages(Library(2 << 20, false, ("en.res", 10))));
        foreach (int cut in new[] { 4096, 4100, 4096 + 144, 4096 + 150, 100 * 4096 })
        {
            Assert.Null(Pages(file[..cut]));
        }
    }

    [Fact]
    public void No_table_leads_out_of_the_file()
    {
        var file = Library(4096, false, ("af.res", 10), ("en.res", 10));
        Gen.Select(Gen.Int[0, 30], Gen.UInt).Sample((place, value) =>
        {
            var wrong = (byte[])file.Clone();
            BinaryPrimitives.WriteUInt32LittleEndian(wrong.AsSpan(place < 10 ? 4096 + (4 * place) : 4096 + 144 + (4 * (place - 10))), value);
            var pages = Pages(wrong);
            return pages is null || pages.Ranges[^1].Last <= (file.Length - 1) / 4096;
        });
    }

    private static TouchedPages? Pages(byte[] file) =>
        IcuData.StartupPages(file.Length, (offset, buffer) => file.AsSpan((int)offset, buffer.Length).CopyTo(buffer));

    private static byte[] Library(int header, bool bigEndian, params (string Name, int Pages)[] items)
    {
        const int HeaderSize = 144;
        int table = header + HeaderSize;
        var file = new byte[table + (4096 * (100 + items.Sum(i => i.Pages))) + 100];
        Put16(header, HeaderSize);
        (file[header + 2], file[header + 3], file[header + 10]) = (0xda, 0x27, 2);
        file[header + 8] = (byte)(bigEndian ? 1 : 0);
        "CmnD"u8.CopyTo(file.AsSpan(header + 12));
        Put32(table, items.Length);
        int name = 4 + (8 * items.Length), data = 100 * 4096;
        for (int i = 0; i < items.Length; i++)
        {
            Put32(table + 4 + (8 * i), name);
            Put32(table + 8 + (8 * i), data);
            name += Encoding.ASCII.GetBytes($"icudt99l/{items[i].Name}\0", file.AsSpan(table + name));
            data += items[i].Pages * 4096;
        }

        return file;

        void Put16(int at, int value) => (file[at], file[at + 1]) = bigEndian ? ((byte)(value >> 8), (byte)value) : ((byte)value, (byte)(value >> 8));

        void Put32(int at, int value)
        {
            if (bigEndian)
            {
                BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(at), value);
            }
            else
            {
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
            }
        }
    }
}
