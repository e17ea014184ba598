using System.Formats.Tar;
using System.IO.Compression;
using Estargz.Images;
using ZstdSharp;

namespace Estargz.Recording.Tests;

/// <summary>A layer in memory, whose entries are added one by one, wise or not.</summary>
internal sealed class SampleLayer
{
    private readonly List<PaxTarEntry> _entries = [];

    /// <summary>Entries in short: <c>d/</c> a folder, <c>s -> t</c> a symbolic link, <c>h => t</c> a hard link, else a file with its name and a text.</summary>
    public static SampleLayer Of(string text, params string[] entries)
    {
        var layer = new SampleLayer();
        foreach (var entry in entries)
        {
            _ = entry.Split(" -> ") is [var link, var target] ? layer.Add(TarEntryType.SymbolicLink, link, target: target)
                : entry.Split(" => ") is [var name, var file] ? layer.Add(TarEntryType.HardLink, name, target: file)
                : entry.EndsWith('/') ? layer.Add(TarEntryType.Directory, entry)
                : layer.Add(TarEntryType.RegularFile, entry, text: $"{text}:{entry}");
        }

        return layer;
    }

    /// <summary>Adds an entry.</summary>
    public SampleLayer Add(TarEntryType type, string name, string? target = null, string text = "", int mode = 0b111_101_101, int user = 0, byte[]? content = null)
    {
        var entry = new PaxTarEntry(type, name) { Mode = (UnixFileMode)mode, Uid = user, Gid = user, ModificationTime = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc) };
        if (target is not null)
        {
            entry.LinkName = target;
        }

        if (type == TarEntryType.RegularFile)
        {
            entry.DataStream = new MemoryStream(content ?? System.Text.Encoding.UTF8.GetBytes(text));
        }

        _entries.Add(entry);
        return this;
    }

    /// <summary>Adds a program of this machine with what it needs to run.</summary>
    public SampleLayer AddPrograms(params string[] names)
    {
        var libraries = TestImages.NativeLibraries.Of(names.Select(name => Executable.Find(name)!));
        var files = libraries.Files.Values.Append(libraries.Interpreter!).Distinct().Select(path => (path, path)).Concat(names.Select(name => ("/bin/" + name, Executable.Find(name)!)));
        foreach (var (name, source) in files)
        {
            Add(TarEntryType.RegularFile, name[1..], content: File.ReadAllBytes(source));
        }

        return this;
    }

    /// <summary>The blob and what manifest and configuration say of it.</summary>
    public (byte[] Blob, ImageLayer Layer) Finish(string mediaType = MediaType.LayerGzip)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            _entries.ForEach(writer.WriteEntry);
        }

        var tar = stream.ToArray();
        var blob = mediaType == MediaType.LayerTar ? tar : Compress(tar, stream => mediaType == MediaType.LayerZstd
            ? new CompressionStream(stream, 1, leaveOpen: true)
            : new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true));
        return (blob, new ImageLayer(new Descriptor(mediaType, Digest.OfBytes(blob), blob.Length), Digest.OfBytes(tar)));
    }

    /// <summary>Unpacks an image of such layers.</summary>
    public static Task<RootFilesystem> UnpackAsync(params SampleLayer[] layers) => UnpackAsync([.. layers.Select(layer => layer.Finish())]);

    /// <summary>Unpacks an image of finished layers.</summary>
    public static Task<RootFilesystem> UnpackAsync(IReadOnlyList<(byte[] Blob, ImageLayer Layer)> layers, CancellationToken cancellationToken = default) =>
        RootFilesystem.UnpackAsync(
            layers.Select(layer => layer.Layer),
            (descriptor, _) => Task.FromResult<Stream>(new MemoryStream(layers.First(layer => layer.Layer.Descriptor == descriptor).Blob)),
            cancellationToken);

    private static byte[] Compress(byte[] tar, Func<Stream, Stream> open)
    {
        using var blob = new MemoryStream();
        using (var compressed = open(blob))
        {
            compressed.Write(tar);
        }

        return blob.ToArray();
    }
}
