using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CsCheck;
using Estargz.Layers;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace Estargz.Deflate;

public class DeflaterTests
{
    public static TheoryData<int> Levels { get; } = [.. Enumerable.Range(1, 9)];

    /// <summary>Pieces of all kinds, and copies of what is already there, from as far back as can be and a little further.</summary>
    private static Gen<byte[]> GenContent { get; } =
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 40_000], Gen.Int[1, 40_000]).List[0, 12].Select(pieces =>
        {
            var content = new List<byte>();
            foreach (var (kind, size, back) in pieces)
            {
                int seen = content.Count;
                content.AddRange(kind switch
                {
                    0 => Some.Bytes(size, seed: back),
                    1 => Enumerable.Repeat((byte)back, size),
                    2 => Enumerable.Range(0, size).Select(i => (byte)"etaoin shrdlu"[(i * back % 7919) % 13]),
                    3 => Enumerable.Range(0, size / 8).SelectMany(i => BitConverter.GetBytes((long)i * back)),
                    4 => content.Skip(Math.Max(0, seen - 32_770 + (back % 5))).Take(size).ToArray(),
                    5 => content.Skip(Math.Max(0, seen - back)).Take(1 + (size % 300)).ToArray(),
                    _ => content.Take(size).Select((b, i) => i % 97 == 0 ? (byte)~b : b).ToArray(),
                });
            }

            return content.ToArray();
        });

    [Theory]
    [MemberData(nameof(Levels))]
    public void Any_content_comes_back(int level)
    {
        var deflater = new Deflater();
        GenContent.Sample(content => AssertComesBack(content, Compress(deflater, content, level)), iter: 40, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void However_much_a_process_has_to_compress_the_bytes_are_the_same(int level)
    {
        var (little, much) = (new Deflater(long.MaxValue), new Deflater(0));
        GenContent.Sample(content => Compress(little, content, level).AsSpan().SequenceEqual(Compress(much, content, level)), iter: 20, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Any_short_content_comes_back(int level)
    {
        var deflater = new Deflater();
        for (int size = 0; size < 300; size++)
        {
            foreach (var content in new[] { Some.Bytes(size), new byte[size], [.. Enumerable.Range(0, size).Select(i => (byte)(i % 5 % 3))] })
            {
                AssertComesBack(content, Compress(deflater, content, level));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Large_code_comes_back(int level)
    {
        var content = File.ReadAllBytes(typeof(object).Assembly.Location).AsSpan(0, 2 << 20).ToArray();
        AssertComesBack(content, Compress(new Deflater(), content, level));
    }

    /// <summary>These are in digests of images and in keys of caches.</summary>
    [Theory]
    [InlineData(1, "0BC49E15860298DD")]
    [InlineData(2, "7F267F0486189B88")]
    [InlineData(3, "AC56F5EEDB2F3FAF")]
    [InlineData(4, "AB781697260285E9")]
    [InlineData(5, "E947612FC3FB26D3")]
    [InlineData(6, "FC6C94AEDF81A93A")]
    [InlineData(7, "01E5EEAB969C3559")]
    [InlineData(8, "DC001BE1A70963D6")]
    [InlineData(9, "2D1FF4392E26AC7D")]
    public void The_bytes_stay_what_they_are(int level, string sha256)
    {
        byte[] compressed = [.. Compress(new Deflater(), Known(), level), .. Compress(new Deflater(), Known().AsSpan(15_000, 15_000), level)];
        Assert.True(
            Convert.ToHexString(SHA256.HashData(compressed))[..16] == sha256,
            $"Level {level} gives {Convert.ToHexString(SHA256.HashData(compressed))[..16]}: if that is meant, Deflater.Version has to be another one.");
    }

    [Fact]
    public void A_higher_level_is_never_larger_and_the_sixth_is_smaller_than_that_of_zlib()
    {
        var code = File.ReadAllBytes(typeof(object).Assembly.Location).AsSpan(0, 4 << 20).ToArray();
        var sizes = Enumerable.Range(1, 9).Select(level => Compress(new Deflater(), code, level).Length).ToArray();
        Assert.Equal(sizes.OrderDescending(), sizes);

        var zlib = new GrowingBuffer();
        new ZlibCompressor(6).Deflate(code, zlib);
        Assert.InRange(sizes[5], 1, zlib.Length);
    }

    /// <summary>The content lies between two pages that nobody may read.</summary>
    [Theory]
    [MemberData(nameof(Levels))]
    public void Nothing_outside_of_the_content_is_read(int level)
    {
        var deflater = new Deflater();
        using var pages = new GuardedPages(1 << 20);
        foreach (int size in new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 17, 64, 258, 259, 5_000, 32_767, 32_768, 32_769, 100_000, 1 << 20 })
        {
            foreach (var content in new[] { new byte[size], Known().AsSpan(0, Math.Min(size, 300_000)).ToArray(), [.. Enumerable.Range(0, size).Select(i => (byte)(i % 6))] })
            {
                AssertComesBack(content, Compress(deflater, pages.AtStart(content), level));
                AssertComesBack(content, Compress(deflater, pages.AtEnd(content), level));
            }
        }
    }

    /// <summary>Text, numbers, runs and noise that are the same everywhere and always.</summary>
    private static byte[] Known()
    {
        var content = new byte[300_000];
        uint state = 1;
        for (int i = 0; i < content.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            content[i] = (i / 20_000 % 5) switch
            {
                0 => (byte)"the quick brown fox jumps over "[(int)((i + ((state >> 30) * 7)) % 31)],
                1 => (byte)(i % 4 == 0 ? i >> 4 : i % 4 == 1 ? i >> 12 : 0),
                2 => (byte)(state >> 24),
                3 => (byte)(state >> 31),
                _ => i >= 32_768 ? content[i - 32_700] : (byte)i,
            };
        }

        return content;
    }

    private static byte[] Compress(Deflater deflater, ReadOnlySpan<byte> content, int level)
    {
        var output = new GrowingBuffer();
        deflater.Compress(content, Effort.Of(level, content.Length), output);
        return output.Written.ToArray();
    }

    /// <summary>As two decompressors see it.</summary>
    private static void AssertComesBack(byte[] content, byte[] compressed)
    {
        using var deflate = new DeflateStream(new MemoryStream(compressed), CompressionMode.Decompress);
        var first = new MemoryStream();
        deflate.CopyTo(first);
        Assert.Equal(content, first.ToArray());

        var inflater = new Inflater(noHeader: true);
        inflater.SetInput(compressed);
        var second = new byte[content.Length + 1];
        int length = 0;
        while (!inflater.IsFinished)
        {
            int read = inflater.Inflate(second, length, second.Length - length);
            Assert.False(read == 0 && !inflater.IsFinished, "The compressed bytes end too soon, or there is too much in them.");
            length += read;
        }

        Assert.Equal(content, second[..length]);
        Assert.Equal(0, inflater.RemainingInput);
    }

    /// <summary>Memory between two pages without any right.</summary>
    private sealed unsafe class GuardedPages : IDisposable
    {
        private readonly nuint _size;
        private readonly byte* _memory;
        private readonly int _room;

        public GuardedPages(int room)
        {
            _room = room;
            _size = (nuint)(room + (2 * Environment.SystemPageSize));
            _memory = (byte*)Map(null, _size, 0, 0x22, -1, 0);
            Assert.NotEqual(-1, (nint)_memory);
            Assert.Equal(0, Protect(_memory + Environment.SystemPageSize, (nuint)room, 3));
        }

        public ReadOnlySpan<byte> AtStart(byte[] content) => Copy(content, 0);

        public ReadOnlySpan<byte> AtEnd(byte[] content) => Copy(content, _room - content.Length);

        public void Dispose() => Assert.Equal(0, Unmap(_memory, _size));

        private Span<byte> Copy(byte[] content, int start)
        {
            var place = new Span<byte>(_memory + Environment.SystemPageSize + start, content.Length);
            content.CopyTo(place);
            return place;
        }

        [DllImport("libc", EntryPoint = "mmap")]
        private static extern void* Map(void* address, nuint size, int rights, int flags, int file, nint offset);

        [DllImport("libc", EntryPoint = "mprotect")]
        private static extern int Protect(void* address, nuint size, int rights);

        [DllImport("libc", EntryPoint = "munmap")]
        private static extern int Unmap(void* address, nuint size);
    }
}
