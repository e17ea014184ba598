using Estargz.Images;
using Estargz.Profiles;

namespace Estargz.Layers;

/// <summary>
/// A layer as it came from a registry, unpacked to a tar on disk so that its entries can be taken in any order. Headers
/// are carried over byte for byte; an old TOC, landmarks and what later entries replaced are not.
/// </summary>
public sealed class SourceLayer : IDisposable
{
    /// <summary>No layer has more entries: a limit against archives that are made to fill the memory.</summary>
    private const int MaxEntries = 1 << 21;

    private readonly TemporaryFile _tar;

    private SourceLayer(TemporaryFile tar, IReadOnlyList<Entry> entries, Digest diffId) =>
        (_tar, Entries, DiffId) = (tar, entries, diffId);

    /// <summary>The entries that are left when all are unpacked, in the order of the tar.</summary>
    public IReadOnlyList<Entry> Entries { get; }

    /// <summary>Digest of the tar.</summary>
    public Digest DiffId { get; }

    /// <summary>Unpacks a blob.</summary>
    /// <param name="blob">The blob; it has to be able to seek.</param>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="folder">Where the tar is kept as long as this lives.</param>
    /// <param name="cancellationToken">Stops between buffers.</param>
    /// <exception cref="EstargzException">
    /// A code of 3xxx, or <see cref="DiagnosticCode.CacheUnusable"/> when the disk is full.
    /// </exception>
    public static async Task<SourceLayer> OpenAsync(Stream blob, string mediaType, string folder, CancellationToken cancellationToken)
    {
        var tar = TemporaryFile.Create(folder);
        try
        {
            var diffId = await LayerDecompressor.DecompressAsync(blob, mediaType, tar.Stream, cancellationToken).ConfigureAwait(false);
            return new SourceLayer(tar, ReadEntries(tar), diffId);
        }
        catch (Exception e)
        {
            tar.Dispose();
            throw e is IOException
                ? new EstargzException(DiagnosticCode.CacheUnusable, $"A layer cannot be unpacked to '{folder}': {e.Message}", e)
                : e;
        }
    }

    /// <summary>The size of the tar in bytes.</summary>
    public long Size => _tar.Stream.Length;

    /// <summary>The same layer over lower ones whose symbolic links lead some of its entries elsewhere; it lives as long as this one.</summary>
    /// <param name="links">Those links.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.TarInvalid"/>.</exception>
    public SourceLayer Over(IReadOnlyCollection<TreeEntry> links) => links.Count == 0 ? this : new(_tar, AppliedEntries.Of(Entries, links), DiffId);

    /// <summary>What is in the layer.</summary>
    public SourceDescription Describe() => SourceDescription.Of(DiffId, Entries);

    /// <summary>Writes this layer as eStargz.</summary>
    /// <param name="order">Names of the entries to put first, and after the landmark.</param>
    /// <param name="options">How members are cut and compressed.</param>
    /// <param name="output">Where the blob goes.</param>
    /// <param name="cancellationToken">Stops within one batch.</param>
    public Task<Layer> ConvertAsync(LayerPrefetch order, LayerOptions options, Stream output, CancellationToken cancellationToken) =>
        LayerWriter.WriteAsync(LayerOrder.Arrange(Entries, order), options, output, cancellationToken);

    /// <summary>Deletes the tar.</summary>
    public void Dispose() => _tar.Dispose();

    private static IReadOnlyList<Entry> ReadEntries(TemporaryFile tar)
    {
        // Headers of small files come with one read of many.
        tar.Stream.Position = 0;
        var reader = new TarReader(new BufferedStream(tar.Stream, 1 << 16), tar.Slice);
        var entries = new List<Entry>();
        long content = 0;
        while (reader.Read() is { } entry)
        {
            if (Landmark.IsReservedFolder(entry))
            {
                throw new EstargzException(
                    DiagnosticCode.ReservedName, $"'{entry.Name}' is in a folder whose name the eStargz format keeps for a file of its own. Rebuild that image with another name.");
            }

            entries.Add(entry);
            content += entry.Size;
            if (entries.Count > MaxEntries)
            {
                throw TooLarge($"has more than {MaxEntries} entries");
            }

            // The tar itself is smaller: only sparse files have more content than it has bytes.
            if (content > LayerDecompressor.MaxUncompressed)
            {
                throw TooLarge($"has sparse files of more than {LayerDecompressor.MaxUncompressed >> 30} GiB");
            }
        }

        return AppliedEntries.Of(entries);
    }

    private static EstargzException TooLarge(string what) => new(DiagnosticCode.LayerLimit, $"A layer of the image {what}; that is not converted.");
}
