namespace Estargz.Layers;

/// <summary>
/// The files of the cache as things to count and to remove: what was used longest ago goes first. Everything in it can be
/// made again, so nobody has to wait for anybody here, and a file that somebody else has just removed is no failure.
/// </summary>
/// <param name="folder">The folder.</param>
public sealed class CacheFolder(string folder)
{
    /// <summary>How large the cache may become by itself: 4 GiB, about fifty base images.</summary>
    public const long DefaultSize = 4L << 30;

    /// <summary>The folder of converted base layers.</summary>
    internal const string Layers = "layers";

    /// <summary>The folder of what is in the layers of base images.</summary>
    internal const string Entries = "entries";

    /// <summary>The folder of layers of apps, which later ones take members from.</summary>
    internal const string Members = "members";

    /// <summary>The folder of what publishes leave for the next one that is told the same.</summary>
    internal const string Publishes = "publishes";

    /// <summary>The folder of what is known of registries: where layers are that can be mounted.</summary>
    internal const string Registries = "registries";

    /// <summary>The folder of what is not complete.</summary>
    internal const string Temporary = "tmp";

    /// <summary>The end of a blob's name.</summary>
    internal const string BlobSuffix = ".esgz";

    /// <summary>Nothing takes that long: what is older was left by a process that was killed.</summary>
    private static readonly TimeSpan s_unfinished = TimeSpan.FromDays(1);

    /// <summary>The path of the folder.</summary>
    public string Path => folder;

    /// <summary>What is in it: converted base layers, layers of apps, and the size of all, in bytes.</summary>
    public (int BaseLayers, int AppLayers, long Size) Count()
    {
        var items = Items();
        return (CountOf(Layers), CountOf(Members), items.Sum(item => item.Size));

        int CountOf(string name) => items.Count(item => item.Kind == name && item.Files.Any(file => file.IsBlob));
    }

    /// <summary>Removes what was used longest ago, until the rest is not larger than allowed, and what nobody completes any more.</summary>
    /// <param name="size">The size that is allowed, in bytes.</param>
    public void Trim(long size)
    {
        var items = Items();
        Array.Sort(items, (one, other) => other.Used.CompareTo(one.Used));
        foreach (var item in items)
        {
            size -= item.Size;
            if (size < 0)
            {
                item.Remove();
            }
        }

        foreach (var file in Files(System.IO.Path.Combine(folder, Temporary)).Where(file => DateTime.UtcNow - file.Used > s_unfinished))
        {
            Remove(file.Path);
        }
    }

    /// <summary>Removes everything; a publish that runs at this moment makes again what it needs.</summary>
    /// <returns>How many bytes that were.</returns>
    public long Clear()
    {
        var items = Items();
        foreach (var item in items)
        {
            item.Remove();
        }

        return items.Sum(item => item.Size);
    }

    /// <summary>The files of a folder whose names end so, those used last first.</summary>
    internal static IEnumerable<string> NewestFirst(string folder, string suffix)
    {
        CacheFile[] files = [.. Files(folder).Where(file => file.Path.EndsWith(suffix, StringComparison.Ordinal))];
        Array.Sort(files, (one, other) => other.Used.CompareTo(one.Used));
        return files.Select(file => file.Path);
    }

    /// <summary>Notes that something was used just now.</summary>
    internal static void Touch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A cache that can only be read serves all the same.
        }
    }

    /// <summary>Puts a file in the place of another, or of none, at once; if that does not work, nothing has changed.</summary>
    internal static void Replace(string folder, string path, byte[] content)
    {
        var part = System.IO.Path.Combine(folder, Temporary, Guid.NewGuid().ToString("N") + ".part");
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(part)!);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            File.WriteAllBytes(part, content);
            File.Move(part, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(part);
        }
    }

    /// <summary>Removes a file, if it is there and nobody holds it.</summary>
    internal static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // In use, or not ours: the next one to trim tries again.
        }
    }

    /// <summary>A blob and what describes it have one name, and stay and go together.</summary>
    private Item[] Items() =>
    [
        .. from kind in new[] { Layers, Entries, Members, Publishes, Registries }
           from files in Files(System.IO.Path.Combine(folder, kind)).GroupBy(file => System.IO.Path.ChangeExtension(file.Path, null))
           select new Item(kind, [.. files]),
    ];

    private static IEnumerable<CacheFile> Files(string folder)
    {
        string[] paths;
        try
        {
            paths = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }

        return paths.Select(CacheFile.Read).OfType<CacheFile>();
    }

    private sealed record CacheFile(string Path, long Size, DateTime Used)
    {
        public bool IsBlob => Path.EndsWith(BlobSuffix, StringComparison.Ordinal);

        /// <summary>Looks at a file; null if it is gone by now.</summary>
        public static CacheFile? Read(string path)
        {
            try
            {
                var file = new FileInfo(path);
                return new CacheFile(path, file.Length, file.LastWriteTimeUtc);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    private sealed record Item(string Kind, CacheFile[] Files)
    {
        public long Size => Files.Sum(file => file.Size);

        public DateTime Used => new(Files.Max(file => file.Used.Ticks), DateTimeKind.Utc);

        /// <summary>The blob last: without its description it is nothing, and the other way round it is incomplete.</summary>
        public void Remove()
        {
            foreach (var file in Files.OrderBy(file => file.IsBlob))
            {
                CacheFolder.Remove(file.Path);
            }
        }
    }
}
