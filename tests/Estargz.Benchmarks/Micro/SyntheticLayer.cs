using System.Globalization;
using Estargz.Layers;

namespace Estargz.Benchmarks;

/// <summary>Files of 1,600 bytes in memory: pieces of an assembly of .NET.</summary>
internal sealed class SyntheticLayer
{
    private const int FileSize = 1_600;

    public SyntheticLayer(int files)
    {
        var bytes = File.ReadAllBytes(typeof(object).Assembly.Location);
        Entries = [.. Enumerable.Range(0, files).Select(i => new Entry
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"app/folder{i / 200:000}/file{i:00000}.dll"),
            Type = EntryType.File,
            Mode = 420,
            UserId = 1654,
            ModifiedSeconds = AppLayer.DefaultModifiedSeconds,
            Content = ByteSource.Of(bytes.AsMemory(i * 777 % (bytes.Length - FileSize), FileSize)),
        })];
    }

    public IReadOnlyList<Entry> Entries { get; }

    /// <summary>Writes the layer as a tar archive.</summary>
    public void WriteTar(Stream tar)
    {
        foreach (var entry in Entries)
        {
            foreach (var part in (ByteSource[])[entry.Header, entry.Content])
            {
                var bytes = new byte[part.Length];
                part.Read(0, bytes);
                tar.Write(bytes);
            }

            tar.Write(new byte[TarBlock.Padding(entry.Size)]);
        }

        tar.Write(new byte[2 * TarBlock.Size]);
    }
}
