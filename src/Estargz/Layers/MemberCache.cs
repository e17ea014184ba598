using System.IO.Hashing;
using Estargz.Deflate;
using Estargz.Images;
using Microsoft.Win32.SafeHandles;

namespace Estargz.Layers;

/// <summary>
/// The blobs of layers that were built on this machine, as a store of compressed members: a layer of which one file has
/// changed compresses that file, and takes the rest over. A blob and its index stand side by side; both appear when they
/// are complete and never change, so any number of builds may read, add and remove at once.
/// </summary>
/// <param name="folder">The cache's folder; it is made when it is needed.</param>
public sealed class MemberCache(string folder) : IDisposable
{
    /// <summary>More blobs are not searched: reading an index costs about 0.1 ms, and what is old seldom helps.</summary>
    private const int MaxBlobs = 256;

    private readonly Lazy<Known> _known = new(() => Known.Read(Path.Combine(folder, CacheFolder.Members)));

    /// <summary>Begins the blob of a layer, which is kept when it is complete.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.CacheUnusable"/>.</exception>
    public CachedBlob Create() => CachedBlob.Create(this, Path.Combine(folder, CacheFolder.Temporary));

    /// <summary>Looks for a whole layer of which nothing has changed, see <see cref="LayerStamp"/>; nothing of it is read.</summary>
    public Layer? Find(string key)
    {
        var layer = CachedLayer.Find(KeyPath(key), layer => BlobPath(layer.Digest));
        if (layer is not null)
        {
            CacheFolder.Touch(KeyPath(key));
            CacheFolder.Touch(IndexPath(layer.Digest));
        }

        return layer;
    }

    /// <summary>Opens the blob of a layer; null if it is gone or damaged. Reads it once.</summary>
    public SafeFileHandle? OpenIntact(Layer layer) => CachedLayer.OpenIntact(BlobPath(layer.Digest), layer);

    /// <summary>Closes the blobs.</summary>
    public void Dispose()
    {
        if (_known.IsValueCreated)
        {
            _known.Value.Dispose();
        }
    }

    /// <summary>Appends a member's compressed bytes, if some blob has it undamaged.</summary>
    /// <returns>How many of them hold the chunk alone, as <see cref="MemberIndex.Place.ChunkEnd"/>; or null.</returns>
    internal int? TryRead(MemberKey key, GrowingBuffer output) => _known.Value.TryRead(key, output);

    /// <summary>Keeps a complete blob; whether that worked does not matter to its layer.</summary>
    internal void Add(string part, Layer layer, MemberIndex members, string? key)
    {
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, CacheFolder.Members));
            File.WriteAllBytes(part + Known.IndexSuffix, members.ToBytes());
            File.Move(part, BlobPath(layer.Digest), overwrite: true);
            File.Move(part + Known.IndexSuffix, IndexPath(layer.Digest), overwrite: true);
            if (key is not null)
            {
                File.WriteAllBytes(part, CachedLayer.ToJson(layer));
                File.Move(part, KeyPath(key), overwrite: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next build compresses again what this one has not kept.
        }
    }

    private string BlobPath(Digest blob) => Path.Combine(folder, CacheFolder.Members, blob.Hex + CacheFolder.BlobSuffix);

    private string IndexPath(Digest blob) => Path.Combine(folder, CacheFolder.Members, blob.Hex + Known.IndexSuffix);

    private string KeyPath(string key) => Path.Combine(folder, CacheFolder.Members, key + ".json");

    /// <summary>The members of all blobs.</summary>
    private sealed class Known : IDisposable
    {
        public const string IndexSuffix = ".idx";

        private readonly Dictionary<MemberKey, (Blob Blob, MemberIndex.Place Place)> _members = [];
        private readonly List<Blob> _blobs = [];

        public static Known Read(string folder)
        {
            var known = new Known();
            foreach (var path in CacheFolder.NewestFirst(folder, IndexSuffix).Take(MaxBlobs))
            {
                known.Add(path);
            }

            return known;
        }

        public int? TryRead(MemberKey key, GrowingBuffer output) =>
            _members.TryGetValue(key, out var member) && member.Blob.TryRead(member.Place, output) ? member.Place.ChunkEnd : null;

        public void Dispose() => _blobs.ForEach(blob => blob.Dispose());

        private void Add(string path)
        {
            try
            {
                var index = MemberIndex.Parse(File.ReadAllBytes(path));
                var blob = new Blob(Path.ChangeExtension(path, CacheFolder.BlobSuffix), path);
                if (index is null)
                {
                    blob.Drop();
                    return;
                }

                _blobs.Add(blob);
                foreach (var (key, place) in index.Members)
                {
                    _members.TryAdd(key, (blob, place));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Gone since it was listed.
            }
        }
    }

    /// <summary>One blob, opened when the first member is taken over.</summary>
    private sealed class Blob(string path, string index) : IDisposable
    {
        private readonly Lock _opening = new();
        private SafeFileHandle? _file;
        private bool _gone;

        public bool TryRead(MemberIndex.Place place, GrowingBuffer output)
        {
            int start = output.Length;
            try
            {
                if (Open() is { } file)
                {
                    var bytes = output.Append(place.Length);
                    file.ReadExactly(place.Offset, bytes, path);
                    if (XxHash3.HashToUInt64(bytes) == place.Checksum)
                    {
                        return true;
                    }

                    Drop();
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Drop();
            }

            output.Shrink(start);
            return false;
        }

        /// <summary>Removes a damaged blob, so that the next build does not meet it again.</summary>
        public void Drop()
        {
            _gone = true;
            CacheFolder.Remove(index);
            CacheFolder.Remove(path);
        }

        public void Dispose() => _file?.Dispose();

        private SafeFileHandle? Open()
        {
            if (_gone)
            {
                return null;
            }

            lock (_opening)
            {
                if (_file is null)
                {
                    _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);

                    // Who is used stays longest, see CacheFolder.
                    CacheFolder.Touch(index);
                }

                return _file;
            }
        }
    }
}
