using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Estargz.Images;
using Estargz.Profiles;
using Microsoft.Win32.SafeHandles;

namespace Estargz.Layers;

/// <summary>
/// Converted layers on this machine's disk. Whatever determines a layer's bytes is in its key, so an entry is never out
/// of date; files appear under their name when they are complete, so several publishes may share the folder.
/// </summary>
/// <param name="folder">The folder; it is made when it is needed.</param>
public sealed class LayerCache(string folder)
{
    /// <summary>Changes when the same key would stand for other bytes.</summary>
    private const string FormatVersion = "4";

    /// <summary>Where unfinished files are: on the same disk as the finished ones.</summary>
    public string TemporaryFolder => Path.Combine(folder, CacheFolder.Temporary);

    /// <summary>The folder that the operating system means for caches, and <c>estargz</c> in it.</summary>
    /// <param name="environment">Looks up an environment variable.</param>
    public static string DefaultFolder(Func<string, string?> environment)
    {
        // Also where they are not there yet: they are made when they are needed.
        var home = FolderOf(Environment.SpecialFolder.UserProfile);
        var caches = environment("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg) ? xdg
            : OperatingSystem.IsWindows() ? FolderOf(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Path.Combine(home, ".cache");
        return Path.Combine(caches, "estargz");

        static string FolderOf(Environment.SpecialFolder folder) => Environment.GetFolderPath(folder, Environment.SpecialFolderOption.DoNotVerify);
    }

    /// <summary>What a source layer is over lower ones whose symbolic links lead some of its entries elsewhere.</summary>
    /// <param name="source">Digest of the source's blob.</param>
    /// <param name="links">Those links.</param>
    public static Digest OriginOf(Digest source, IEnumerable<TreeEntry> links) =>
        Digest.OfBytes(Encoding.UTF8.GetBytes(string.Join('\n', [source.ToString(), .. links.Select(link => $"{link.Name}\t{link.LinkTarget}")])));

    /// <summary>The key of a source layer in one order under one set of options.</summary>
    /// <param name="source">Digest of the source's blob, or <see cref="OriginOf"/>.</param>
    /// <param name="order">Names of the entries to put first, after the landmark, and last, with their hot pieces.</param>
    /// <param name="options">How members are cut and compressed.</param>
    public static string KeyOf(Digest source, LayerPrefetch order, LayerOptions options)
    {
        var text = string.Join(
            '\n',
            [FormatVersion, source.ToString(), options.Key,
                .. order.Zone, "", .. order.After, "", .. order.Hot.Select(file => $"{file.Name}\t{file.Pages}"), "", .. order.Cut.Select(file => $"{file.Name}\t{file.Pages}"),
                .. order.Folders.Select(TextOf)]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static string TextOf(TreeEntry folder) => string.Create(
        CultureInfo.InvariantCulture,
        $"{folder.Name}\t{folder.Mode}\t{folder.Uid}\t{folder.Gid}\t{folder.ModifiedSeconds}{string.Concat(folder.Xattrs?.OrderBy(xattr => xattr.Key, StringComparer.Ordinal).Select(xattr => $"\t{xattr.Key}={Convert.ToHexString(xattr.Value)}") ?? [])}");

    /// <summary>Looks for a layer; what is damaged or incomplete is not there.</summary>
    public Layer? Find(string key)
    {
        var layer = CachedLayer.Find(DescriptionPath(key), _ => BlobPath(key));
        if (layer is not null)
        {
            CacheFolder.Touch(DescriptionPath(key));
        }

        return layer;
    }

    /// <summary>Opens the blob of a layer; null if it is gone or damaged. Reads it once.</summary>
    public SafeFileHandle? OpenIntact(string key, Layer layer) => CachedLayer.OpenIntact(BlobPath(key), layer);

    /// <summary>
    /// Waits until nobody else, in this process or another, works on the same thing; disposing what is returned lets the
    /// next one go on. So publishes that run side by side convert a layer once. Nobody may take a turn who has one: two things
    /// may be the same turn.
    /// </summary>
    /// <param name="what">A key, or the hexadecimal digest of a source.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.CacheUnusable"/>.</exception>
    public async Task<IAsyncDisposable> TakeTurnAsync(string what, CancellationToken cancellationToken)
    {
        var turns = Path.Combine(folder, "turns");
        try
        {
            // A file that others may wait for cannot be removed, so there are no more than 256.
            Directory.CreateDirectory(turns);
            return await FileLock.TakeAsync(Path.Combine(turns, what[..2]), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(e);
        }
    }

    /// <summary>Writes a layer and keeps it.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.CacheUnusable"/>, and whatever <paramref name="write"/> throws.</exception>
    public async Task<Layer> AddAsync(string key, Func<Stream, Task<Layer>> write)
    {
        Layer? layer = null;
        await ReplaceAsync(BlobPath(key), async blob => layer = await write(blob).ConfigureAwait(false)).ConfigureAwait(false);
        var description = CachedLayer.ToJson(layer!);
        await ReplaceAsync(DescriptionPath(key), stream => stream.WriteAsync(description).AsTask()).ConfigureAwait(false);
        return layer!;
    }

    /// <summary>What is in a source layer, if it was unpacked before; a damaged description is not there.</summary>
    public SourceDescription? FindDescription(Digest source)
    {
        try
        {
            var description = SourceDescription.Parse(CheckedBytes.Of(File.ReadAllBytes(SourcePath(source))));
            CacheFolder.Touch(SourcePath(source));
            return description;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Keeps what is in a source layer.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.CacheUnusable"/>.</exception>
    public Task AddDescriptionAsync(Digest source, SourceDescription description) =>
        ReplaceAsync(SourcePath(source), stream => stream.WriteAsync(CheckedBytes.ToFile(description.ToJson())).AsTask());

    private string BlobPath(string key) => Path.Combine(folder, CacheFolder.Layers, key + CacheFolder.BlobSuffix);

    private string DescriptionPath(string key) => Path.Combine(folder, CacheFolder.Layers, key + ".json");

    private string SourcePath(Digest source) => Path.Combine(folder, CacheFolder.Entries, SourceDescription.NameOf(source));

    /// <summary>Writes a file under another name and gives it its own when it is complete.</summary>
    private async Task ReplaceAsync(string path, Func<Stream, Task> write)
    {
        var part = Path.Combine(TemporaryFolder, Guid.NewGuid().ToString("N") + ".part");
        try
        {
            Directory.CreateDirectory(TemporaryFolder);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using (var stream = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                await write(stream).ConfigureAwait(false);
            }

            File.Move(part, path, overwrite: true);
        }
        catch (Exception e)
        {
            File.Delete(part);
            if (e is IOException or UnauthorizedAccessException)
            {
                throw Unusable(e);
            }

            throw;
        }
    }

    private EstargzException Unusable(Exception e) => new(
        DiagnosticCode.CacheUnusable,
        $"The cache in '{folder}' cannot be written: {(File.Exists(Path.TrimEndingDirectorySeparator(folder)) ? "it is a file." : e.Message)} Free some space, or set EstargzCachePath (for the tool: XDG_CACHE_HOME) to another folder.",
        e);
}
