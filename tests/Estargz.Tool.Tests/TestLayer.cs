using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Estargz.Images;
using Estargz.Layers;
using Estargz.Profiles;

namespace Estargz.Tool.Tests;

/// <summary>A layer in memory.</summary>
/// <param name="Blob">Its bytes.</param>
/// <param name="Image">Its descriptor and diffID.</param>
internal sealed record TestLayer(byte[] Blob, ImageLayer Image)
{
    /// <summary>A plain tar.gz, as the system's own writers make it.</summary>
    public static TestLayer Plain(params string[] names) => Of([.. names.Select(name => new PaxTarEntry(TarEntryType.RegularFile, name)
    {
        ModificationTime = DateTimeOffset.UnixEpoch,
        DataStream = new MemoryStream(Encoding.UTF8.GetBytes($"content of {name}")),
    })]);

    /// <summary>The same of any entries.</summary>
    public static TestLayer Of(params TarEntry[] entries)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }

        return OfTar(tar.ToArray());
    }

    /// <summary>A plain tar.gz with nothing wrong but that the archive in it has only its first bytes.</summary>
    public TestLayer Cut(int bytes)
    {
        using var tar = new GZipStream(new MemoryStream(Blob), CompressionMode.Decompress);
        var rest = new byte[bytes];
        tar.ReadExactly(rest);
        return OfTar(rest);
    }

    /// <summary>The same archive in a plain zstd stream, behind a skippable frame as parallel writers put it.</summary>
    public TestLayer Zstd()
    {
        using var tar = new GZipStream(new MemoryStream(Blob), CompressionMode.Decompress);
        var content = new MemoryStream();
        tar.CopyTo(content);
        using var compressor = new ZstdSharp.Compressor();
        byte[] blob = [0x5f, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 7, .. compressor.Wrap(content.ToArray())];
        return new TestLayer(blob, Image with { Descriptor = new Descriptor(MediaType.LayerZstd, Digest.OfBytes(blob), blob.Length) });
    }

    private static TestLayer OfTar(byte[] tar)
    {
        var blob = new MemoryStream();
        using (var gzip = new GZipStream(blob, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(tar);
        }

        return new TestLayer(
            blob.ToArray(), new ImageLayer(new Descriptor(MediaType.LayerGzip, Digest.OfBytes(blob.ToArray()), blob.Length), Digest.OfBytes(tar)));
    }

    /// <summary>The same files as eStargz; those of <paramref name="first"/> stand before the landmark.</summary>
    public static async Task<TestLayer> LazyAsync(string[] names, params string[] first)
    {
        using var plain = new MemoryStream(Plain(names).Blob);
        using var source = await SourceLayer.OpenAsync(plain, MediaType.LayerGzip, Path.GetTempPath(), default);
        var blob = new MemoryStream();
        var layer = await source.ConvertAsync(new LayerPrefetch([.. first], [], 0), LayerOptions.Default, blob, default);
        return new TestLayer(blob.ToArray(), layer.ToImageLayer(ociTocAnnotation: false));
    }

    /// <summary>Two files as eStargz; one of 400 kB has copies of two of its pages at the front.</summary>
    public static async Task<TestLayer> HotAsync()
    {
        var bytes = new byte[400_000];
        new Random(1).NextBytes(bytes);
        var pages = TouchedPages.Of([new PageRange(3, 3), new PageRange(70, 70)]);
        var big = new Entry { Name = "big", Type = EntryType.File, Content = ByteSource.Of(bytes) };
        var blob = new MemoryStream();
        var layer = await LayerWriter.WriteAsync(LayerOrder.Arrange([big], [], [], [new HotFile("big", pages!, 0, 0)]), LayerOptions.Default, blob, default);
        return new TestLayer(blob.ToArray(), layer.ToImageLayer(ociTocAnnotation: false));
    }

    /// <summary>This layer with other annotations in the manifest.</summary>
    public TestLayer With(string annotation, string value) => this with { Image = Image with { Descriptor = Image.Descriptor.With(annotation, value) } };

    /// <summary>This layer without an annotation.</summary>
    public TestLayer Without(string annotation) => this with
    {
        Image = Image with { Descriptor = Image.Descriptor with { Annotations = Image.Descriptor.Annotations.Remove(annotation) } },
    };

    /// <summary>This layer with one bit of its blob changed, and a digest that is right all the same: a liar's layer.</summary>
    public TestLayer Forged(int offset)
    {
        var blob = (byte[])Blob.Clone();
        blob[offset] ^= 1;
        return this with { Blob = blob, Image = Image with { Descriptor = Image.Descriptor with { Digest = Digest.OfBytes(blob) } } };
    }
}
