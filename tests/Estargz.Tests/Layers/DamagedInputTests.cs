using Estargz.Profiles;
using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

/// <summary>Thousands of damaged inputs: nothing but the one expected exception, little memory, no endless loop.</summary>
[Collection(nameof(MemoryTests))]
public class DamagedInputTests
{
    private const int Rounds = 2000;
    private const long MaxAllocated = 64 << 20;

    private static byte[] Tar { get; } = new TarBuilder()
        .Add("d/", '5').Pax("SCHILY.xattr.user.x=1", "mtime=1.5", "path=d/other").Add("d/a", content: "0123456789")
        .Add("x", 'L', "long name\0").Add("b", content: "bb").Add("h", '1', link: "long name").Add("c", '3')
        .Pax("GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.realsize=1000", "GNU.sparse.name=sparse")
        .Add("s", content: ("1\n0\n4\n" + new string('\0', 506)) + "data")
        .Pax("GNU.sparse.map=0,2,8,2", "GNU.sparse.size=20").Add("s2", content: "data")
        .Ended;

    private static readonly Task<BuiltLayer> s_layer = ConvertAsync(Tar, ["d/a"]);

    private static async Task MutateAsync(byte[] good, Func<byte[], Task> read)
    {
        var random = new Random(20241124);
        for (int round = 0; round < Rounds; round++)
        {
            var bad = Mutate(good, random);
            long before = GC.GetTotalAllocatedBytes();
            try
            {
                await read(bad);
            }
            catch (EstargzException)
            {
                // The one that may be.
            }
            catch (Exception e)
            {
                Assert.Fail($"Round {round}: {e}");
            }

            Assert.InRange(GC.GetTotalAllocatedBytes() - before, long.MinValue, MaxAllocated);
        }
    }

    /// <summary>Flips, replaces, inserts, removes or repeats, once to four times.</summary>
    private static byte[] Mutate(byte[] good, Random random)
    {
        var bytes = good.ToList();
        for (int i = random.Next(1, 5); i > 0 && bytes.Count > 8; i--)
        {
            int at = random.Next(bytes.Count);
            int count = Math.Min(random.Next(1, 600), bytes.Count - at);
            switch (random.Next(7))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes[at] = (byte)"\0\xff 07-,{}[]\"=\n"[random.Next(14)]; break;
                case 3: bytes.RemoveRange(at, count); break;
                case 4: bytes.InsertRange(at, bytes.GetRange(at, count)); break;
                case 5: bytes.Insert(at, (byte)random.Next(256)); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Damage below the checksum of a header would never be seen if it were not mended.</summary>
    private static byte[] Seal(byte[] tar)
    {
        for (int at = 0; at + 512 <= tar.Length; at += 512)
        {
            if (tar.AsSpan(at + 257, 5).SequenceEqual("ustar"u8))
            {
                TarBlock.Seal(tar.AsSpan(at, 512));
            }
        }

        return tar;
    }

    [Fact]
    public Task Tar_archives() => MutateAsync(Tar, tar =>
    {
        tar = Seal(tar);
        var reader = new TarReader(new MemoryStream(tar), (offset, length) => offset + length <= tar.Length ? ByteSource.Of(tar.AsMemory((int)offset, (int)length)) : throw new EstargzException("x", "beyond"));
        while (reader.Read() is { } entry)
        {
            Assert.True(entry.Size >= 0);
            if (entry.Size > 0)
            {
                entry.Content.Read(0, new byte[Math.Min(entry.Size, 100)]);
                entry.Content.Read(entry.Size - 1, new byte[1]);
            }

            TarHeader.Encode(entry);
        }

        return Task.CompletedTask;
    });

    [Fact]
    public Task Tar_archives_that_cannot_seek() => MutateAsync(Tar, tar =>
    {
        using var forward = new DigestingStream(new MemoryStream(Seal(tar)));
        var reader = new TarReader(forward, (_, length) => new LayerReader.Unread(length));
        while (reader.Read() is not null)
        {
        }

        return Task.CompletedTask;
    });

    [Fact]
    public async Task Layers_to_convert() => await MutateAsync(Tar, async tar =>
    {
        using var folder = new ScratchFolder();
        using var source = await SourceLayer.OpenAsync(new MemoryStream(Seal(tar)), Images.MediaType.LayerTar, folder.Path, default);
        if (source.Entries.Sum(e => e.Size) < 1 << 13)
        {
            var blob = new MemoryStream();
            await source.ConvertAsync(LayerPrefetch.None, Options(1000), blob, default);
            var report = await LayerVerifier.VerifyAsync(blob, default);
            Assert.Empty(report.Findings);
        }
    });

    [Fact]
    public Task Pax_records() => MutateAsync(Encoding(TarBuilder.Record("path=a/b") + TarBuilder.Record("size=12") + TarBuilder.Record("mtime=1.5")), body =>
    {
        var pax = PaxRecords.Parse(body);
        _ = (pax.Text("path"), pax.Number("size"), pax.Time("mtime"), pax.Xattrs());
        return Task.CompletedTask;
    });

    [Fact]
    public async Task Tables_of_contents() => await MutateAsync(Encoding((await s_layer).TocJson), json =>
    {
        _ = Toc.Parse(json).ToJson();
        return Task.CompletedTask;
    });

    [Fact]
    public Task Footers() => MutateAsync([1, 2, 3, .. Footer.Create(0x1234)], footer =>
    {
        Assert.True(Footer.Parse(footer) is not var (offset, _) || offset >= 0);
        return Task.CompletedTask;
    });

    [Fact]
    public async Task Blobs() => await MutateAsync((await s_layer).Blob, async blob =>
    {
        await LayerVerifier.VerifyAsync(new MemoryStream(blob), default);
        _ = (await LayerReader.OpenAsync(new MemoryStream(blob), default))?.PrefetchSize;
    });

    [Fact]
    public async Task Blobs_with_damaged_tars_and_tables() => await MutateAsync((await s_layer).Tar, async tar =>
    {
        // One member for everything but the TOC, so that the damage is behind valid checksums.
        int toc = Math.Max(0, tar.AsSpan().IndexOf("stargz.index.json"u8));
        var first = LayerDamageTests.Member(Seal(tar[..toc]));
        byte[] blob = [.. first, .. LayerDamageTests.Member(Seal(tar[toc..])), .. Footer.Create(first.Length)];
        await LayerVerifier.VerifyAsync(new MemoryStream(blob), default);
        _ = (await LayerReader.OpenAsync(new MemoryStream(blob), default))?.PrefetchSize;
    });

    [Fact]
    public async Task Gzip_members_of_noise()
    {
        byte[] good = [.. GzipMember.Header, .. Some.Bytes(300)];
        await MutateAsync(good, blob =>
        {
            blob.AsSpan(0, Math.Min(blob.Length, 4)).Clear();
            GzipMember.Header[..Math.Min(blob.Length, 4)].CopyTo(blob);
            using var members = new GzipMembersStream(new MemoryStream(blob));
            var buffer = new byte[1000];
            while (members.Read(buffer) > 0)
            {
            }

            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task A_size_of_half_a_gigabyte_in_a_few_bytes_costs_no_memory()
    {
        var header = new TarBuilder().Add(Toc.EntryName, size: TarBuilder.Octal(Toc.MaxBytes, 11)).Unended;
        byte[] blob = [.. LayerDamageTests.Member(header), .. Footer.Create(0)];
        long before = GC.GetTotalAllocatedBytes();
        Assert.Equal("ESTARGZ3004", (await Assert.ThrowsAsync<EstargzException>(() => LayerReader.OpenAsync(new MemoryStream(blob), default))).Code);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 4 << 20);
    }

    private static byte[] Encoding(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
