using System.Collections.Immutable;
using Estargz.Images;
using Estargz.Layers;
using Estargz.Profiles;

namespace Estargz.Transfers;

/// <summary>All layers of the base image: made lazy, or kept as they are.</summary>
internal sealed class BaseLayers : IDisposable
{
    private ImageSession? _session;
    private Image? _image;
    private ImageTree? _tree;
    private bool _converts;

    /// <summary>Each layer; null where nobody has looked into it.</summary>
    private BaseLayer?[] _opened = [];

    /// <summary>The number of layers.</summary>
    public int Count => _opened.Length;

    /// <summary>What is in each layer, the lowest first; nothing where nobody has looked.</summary>
    public IReadOnlyList<IReadOnlyList<TocEntry>> Entries => [.. _opened.Select(layer => layer?.Entries ?? [])];

    /// <summary>Whether it is known what is in all of them.</summary>
    public bool IsKnown => Array.TrueForAll(_opened, layer => layer is not null);

    /// <summary>The digests of those that cannot be read.</summary>
    public ImmutableArray<Digest> Unreadable { get; private set; } = [];

    /// <summary>For each layer, the pages of ICU's data that are read at start-up, see <see cref="SourceDescription"/>.</summary>
    public IReadOnlyList<ImmutableSortedDictionary<string, string>> IcuPages =>
        [.. _opened.Select(layer => layer?.IcuPages ?? ImmutableSortedDictionary<string, string>.Empty)];

    /// <summary>The file system of the base image, as far as it is known.</summary>
    public ImageTree Tree => _tree ??= ImageTree.Build(Entries.Select(TreeEntries.Of));

    /// <summary>Whether the order of a layer can still be chosen.</summary>
    public bool CanOrder(int index) => _converts && !_opened[index]!.IsLazy;

    /// <summary>Lets all layers be as they are, whatever is in them.</summary>
    /// <param name="session">Where they are.</param>
    /// <param name="image">The image.</param>
    public void Keep(ImageSession session, Image image) =>
        (_session, _image, _opened) = (session, image, new BaseLayer?[image.Manifest.Layers.Length]);

    /// <summary>Learns what is in every layer, all at once: this waits for the network, not for a core.</summary>
    /// <param name="session">Where they are.</param>
    /// <param name="image">The image.</param>
    /// <param name="convert">Whether they are converted; otherwise they stay as they are, and some may be such that nobody can read them.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task OpenAsync(ImageSession session, Image image, bool convert, CancellationToken cancellationToken)
    {
        Keep(session, image);
        _converts = convert;
        var opening = image.Layers.Select(layer => BaseLayer.OpenAsync(session, layer, cancellationToken)).ToArray();
        try
        {
            await Task.WhenAll(opening).ConfigureAwait(false);
        }
        catch (EstargzException) when (!convert && Array.TrueForAll(opening, task => task.IsCompletedSuccessfully || IsUnreadable(task.Exception?.InnerException)))
        {
            // That may be the very reason to keep them.
            Unreadable = [.. image.Manifest.Layers.Where((_, i) => opening[i].IsFaulted).Select(blob => blob.Digest)];
        }
        finally
        {
            _opened = [.. opening.Select(t => t.IsCompletedSuccessfully ? t.Result : null)];
        }

        await FollowLinksAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// What is stored through a link of a lower layer, as crane and Bazel do it, goes where that leads. Layers that have nothing
    /// of the kind, nearly all, do not depend on those below.
    /// </summary>
    private async Task FollowLinksAsync(CancellationToken cancellationToken)
    {
        var links = Tree.LinksBelow;
        foreach (int index in Enumerable.Range(0, Count).Where(i => links[i].Count > 0 && CanOrder(i)))
        {
            await _opened[index]!.FollowAsync(links[index], cancellationToken).ConfigureAwait(false);
            _tree = null;
        }
    }

    /// <summary>One layer whose order can still be chosen, unpacked; it is fetched, where so far only the cache knew it.</summary>
    public Task<SourceLayer> UnpackAsync(int index, CancellationToken cancellationToken) => _opened[index]!.UnpackAsync(cancellationToken);

    /// <summary>One layer, ready to be pushed.</summary>
    public async Task<PreparedLayer> PrepareAsync(int index, LayerPrefetch order, CancellationToken cancellationToken) =>
        _converts
            ? await _opened[index]!.PrepareAsync(CanOrder(index) ? order with { Folders = [.. FoldersAbove(index)] } : order, cancellationToken).ConfigureAwait(false)
            : KeptLayer.Prepare(_session!.Source, _session.Destination, _image!.Layers.ElementAt(index), prefetchSize: 0);

    /// <summary>
    /// The folders that entries of a layer are in and that it has no entries for: as lower layers have them, or like any other.
    /// Most writers of layers leave none out; where one does, a client that unpacks one layer over the other adds them, and a
    /// lazy one shows them as root's, for everybody to read, and of the year 1.
    /// </summary>
    private IEnumerable<TreeEntry> FoldersAbove(int index)
    {
        // Of what is no folder, nothing is below: links have been followed.
        var entries = _opened[index]!.Entries;
        var known = entries.Where(entry => entry.Type == "dir").Select(entry => Entry.CleanPath(entry.Name)).ToHashSet(StringComparer.Ordinal);
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            foreach (var folder in Entry.FoldersOf(Entry.CleanPath(entry.Name)))
            {
                if (known.Contains(folder) || !missing.Add(folder))
                {
                    break;
                }
            }
        }

        // Where Podman has fetched a layer in part, a root without an entry is closed to all but its owner.
        if (_session!.Options.Compressor.IsZstdChunked && !known.Contains(""))
        {
            missing.Add("");
        }

        if (missing.Count == 0)
        {
            return [];
        }

        var below = ImageTree.Build(Entries.Take(index).Select(TreeEntries.Of));
        return from path in missing
               let folder = below.Find(path)
               select folder is { Entry: { Type: TreeEntryType.Directory } entry } && folder.Path == path
                   ? entry with { Name = path + "/" }
                   : new TreeEntry(path + "/", TreeEntryType.Directory);
    }

    /// <summary>Deletes what was unpacked.</summary>
    public void Dispose()
    {
        foreach (var layer in _opened)
        {
            layer?.Dispose();
        }
    }

    /// <summary>Whether it is the layer's fault, not the registry's or this machine's.</summary>
    private static bool IsUnreadable(Exception? failure) => failure is EstargzException
    {
        Code: DiagnosticCode.LayerDamaged or DiagnosticCode.TarInvalid or DiagnosticCode.LayerMediaType
            or DiagnosticCode.NotEstargz or DiagnosticCode.ReservedName or DiagnosticCode.LayerLimit,
    };
}
