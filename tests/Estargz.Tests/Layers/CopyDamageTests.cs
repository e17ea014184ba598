using System.Text;
using Estargz.Deflate;
using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

/// <summary>Copies that are not what the tar holds, though TOC, digests and gzip agree: the verifier names file and chunk.</summary>
public class CopyDamageTests
{
    private static readonly byte[] s_content = [.. Enumerable.Range(0, 30 * 4096).Select(i => (byte)(i / 999))];

    private static Task<BuiltLayer> BuildAsync() =>
        WriteAsync(LayerOrder.Arrange([Some.File("a", "x"), Some.File("big", s_content)], ["a"], [], [HotPiecesTests.Hot("big", "0-3,20")]), Options(1 << 20));

    private static async Task<IReadOnlyList<string>> VerifyAsync(byte[] blob) => (await LayerVerifier.VerifyAsync(new MemoryStream(blob), default)).Findings;

    /// <summary>The offset of the first copy: behind 16 bytes of frame, in the first member of the blob.</summary>
    private static long FirstCopy(BuiltLayer layer) => Number(layer.Toc.First(e => Number(e, "chunkOffset") == 4096), "offset");

    /// <summary>The blob with another first copy, and everything else where it was.</summary>
    private static async Task<byte[]> ReplaceAsync(Func<byte[], byte[]> replace)
    {
        var layer = await BuildAsync();
        int length = BitConverter.ToUInt16(layer.Blob, 14);
        var copy = replace(layer.Blob[16..(16 + length)]);
        Assert.Equal((16, length), (FirstCopy(layer), copy.Length));
        return [.. layer.Blob[..16], .. copy, .. layer.Blob[(16 + length)..]];
    }

    [Fact]
    public async Task The_layer_as_it_is_has_no_finding() => Assert.Empty(await VerifyAsync(await ReplaceAsync(copy => copy)));

    [Fact]
    public async Task Other_bytes_in_a_copy_are_found_though_the_tar_is_right()
    {
        var layer = await BuildAsync();
        var evil = s_content[4096..(4 * 4096)];
        evil[77] ^= 1;
        var member = new GrowingBuffer();
        GzipMember.Write(new ZlibCompressor(6), evil, member);
        int length = BitConverter.ToUInt16(layer.Blob, 14);
        var front = new GrowingBuffer();
        GzipMember.WriteExtra("HP"u8, member.Written.Span, front);
        int shift = front.Length - length - GzipMember.ExtraFrame;
        byte[] blob = [.. front.Written.Span, .. layer.Blob[(length + GzipMember.ExtraFrame)..(int)layer.TocOffset]];

        // The liar's TOC: every offset where it is now, and the chunk's digest that of the copy.
        var toc = Toc.Parse(Encoding.UTF8.GetBytes(layer.TocJson));
        Toc Moved(bool lie) => toc with
        {
            Entries = [.. toc.Entries.Select(e => e with
            {
                Offset = e.Offset > 16 ? e.Offset + shift : e.Offset,
                ChunkDigest = lie && e.Offset == 16 ? Sha256(evil) : e.ChunkDigest,
            })],
        };
        foreach (bool lie in new[] { false, true })
        {
            byte[] tar = [.. new TarBuilder().Add(Toc.EntryName, content: Encoding.Latin1.GetString(Moved(lie).ToJson())).Ended];
            var findings = await VerifyAsync([.. blob, .. LayerDamageTests.Member(tar), .. Footer.Create(blob.Length)]);
            Assert.Contains("'big': the copy of the chunk at byte 4096, which lazy clients read, at offset 16, is not what the tar holds.", findings);
            Assert.Equal(lie ? 2 : 1, findings.Count);
        }
    }

    [Fact]
    public async Task A_copy_that_is_no_gzip_member_is_found()
    {
        foreach (int at in new[] { 0, 1, 2, 3, 10, 11, -1, -5, -8 })
        {
            var findings = await VerifyAsync(await ReplaceAsync(copy =>
            {
                copy[at < 0 ? copy.Length + at : at] ^= 0x55;
                return copy;
            }));
            Assert.Equal("'big': no gzip member with the chunk at byte 4096 begins at offset 16.", Assert.Single(findings));
        }
    }

    [Theory]
    [InlineData("HQ", 0)]
    [InlineData("HP", 1)]
    [InlineData("HP", -1)]
    public async Task A_subfield_that_is_none_or_leads_out_of_its_field_holds_no_copy(string id, int longer)
    {
        var layer = await BuildAsync();
        var blob = (byte[])layer.Blob.Clone();
        Encoding.ASCII.GetBytes(id, 0, 2, blob, 12);
        BitConverter.TryWriteBytes(blob.AsSpan(14), (ushort)(BitConverter.ToUInt16(blob, 14) + longer));
        Assert.Equal("'big': no gzip member with the chunk at byte 4096 begins at offset 16.", Assert.Single(await VerifyAsync(blob)));
    }

    [Fact]
    public async Task Every_offset_but_that_of_a_copy_is_found()
    {
        var layer = await BuildAsync();
        var toc = Toc.Parse(Encoding.UTF8.GetBytes(layer.TocJson));
        foreach (long offset in new long[] { -1, 0, 1, 12, 15, 17, 28, layer.TocOffset, layer.Blob.Length, long.MaxValue })
        {
            var lie = toc with { Entries = [.. toc.Entries.Select(e => e.Offset == 16 ? e with { Offset = offset } : e)] };
            byte[] tar = [.. new TarBuilder().Add(Toc.EntryName, content: Encoding.Latin1.GetString(lie.ToJson())).Ended];
            var findings = await VerifyAsync([.. layer.Blob[..(int)layer.TocOffset], .. LayerDamageTests.Member(tar), .. layer.Blob[^51..]]);
            Assert.Equal($"'big': no gzip member with the chunk at byte 4096 begins at offset {offset}.", Assert.Single(findings));
        }
    }

    [Fact]
    public async Task A_copy_of_another_chunk_is_found()
    {
        var layer = await BuildAsync();
        var toc = Toc.Parse(Encoding.UTF8.GetBytes(layer.TocJson));
        long other = Number(layer.Toc.First(e => Number(e, "chunkOffset") == 20 * 4096), "offset");
        var lie = toc with { Entries = [.. toc.Entries.Select(e => e with { Offset = e.Offset == 16 ? other : e.Offset == other ? 16 : e.Offset })] };
        byte[] tar = [.. new TarBuilder().Add(Toc.EntryName, content: Encoding.Latin1.GetString(lie.ToJson())).Ended];
        Assert.Equal(2, (await VerifyAsync([.. layer.Blob[..(int)layer.TocOffset], .. LayerDamageTests.Member(tar), .. layer.Blob[^51..]])).Count);
    }
}
