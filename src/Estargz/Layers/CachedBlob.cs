using Estargz.Deflate;

namespace Estargz.Layers;

/// <summary>
/// The blob of a layer that is being built, in a file that the cache keeps when it is complete, and that is gone
/// otherwise. What it holds can be read as long as this is not disposed, even if the cache drops it meanwhile.
/// </summary>
public sealed class CachedBlob : IDisposable
{
    private readonly MemberCache _cache;
    private readonly string _part;
    private readonly MemberIndex _members = new();

    private CachedBlob(MemberCache cache, string part, FileStream stream) => (_cache, _part, Stream) = (cache, part, stream);

    /// <summary>Where the blob is written to.</summary>
    public FileStream Stream { get; }

    /// <summary>Makes an empty file in a folder, which is made when it is not there.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.CacheUnusable"/>.</exception>
    internal static CachedBlob Create(MemberCache cache, string folder)
    {
        var part = Path.Combine(folder, Guid.NewGuid().ToString("N") + ".part");
        try
        {
            Directory.CreateDirectory(folder);
            return new CachedBlob(cache, part, new FileStream(part, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 0));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EstargzException(
                DiagnosticCode.CacheUnusable,
                $"No file can be made in '{folder}': {e.Message} Set EstargzCachePath to a folder that can be written.",
                e);
        }
    }

    /// <summary>Tells the cache that the blob is complete.</summary>
    /// <param name="layer">What it is.</param>
    /// <param name="key">What <see cref="MemberCache.Find"/> finds it by; or null.</param>
    public void Complete(Layer layer, string? key = null) => _cache.Add(_part, layer, _members, key);

    /// <summary>The blob from its start, for one reader that closes what it gets.</summary>
    public Stream OpenRead() => Stream.SafeFileHandle.OpenRead();

    /// <summary>Closes the file; what is not complete goes.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        CacheFolder.Remove(_part);
    }

    /// <summary>Appends a member's compressed bytes, if an earlier layer had it.</summary>
    /// <returns>How many of them hold the chunk alone, as <see cref="MemberIndex.Place.ChunkEnd"/>; or null.</returns>
    internal int? TryRead(MemberKey key, GrowingBuffer output) => _cache.TryRead(key, output);

    /// <summary>Notes where a member is.</summary>
    internal void Add(MemberKey key, MemberIndex.Place place) => _members.Add(key, place);
}
