using System.Text;
using Estargz.Images;
using Estargz.Layers;

namespace Estargz.Transfers;

/// <summary>
/// The layers that this machine has brought into repositories of one registry. Another repository of it can take them over
/// from there, and nobody sends them again: apps on one base image share its converted layers. It is a file of the cache,
/// and only a hint: a registry that cannot take a layer over is sent it.
/// </summary>
/// <param name="cacheFolder">The cache's folder.</param>
/// <param name="host">The registry, with port where it is not the default one.</param>
internal sealed class KnownBlobs(string cacheFolder, string host)
{
    /// <summary>As many are kept, the newest: some hundred images, in 100 kB.</summary>
    private const int Most = 1000;

    /// <summary>A smaller blob is sent as quickly as it is taken over.</summary>
    private const long SmallestSize = 1 << 16;

    private readonly string _path = Path.Combine(cacheFolder, CacheFolder.Registries, host.Replace(':', '_') + ".txt");
    private readonly Lock _lock = new();
    private readonly List<string> _added = [];
    private Dictionary<string, string>? _repositories;

    /// <summary>A repository that has a blob, as far as this machine knows; or null.</summary>
    public string? Find(Descriptor blob)
    {
        lock (_lock)
        {
            return blob.Size < SmallestSize ? null : Repositories.GetValueOrDefault(blob.Digest.ToString());
        }
    }

    /// <summary>Notes that a repository has a blob.</summary>
    public void Add(Descriptor blob, string repository)
    {
        lock (_lock)
        {
            if (blob.Size >= SmallestSize && Find(blob) != repository)
            {
                Repositories[blob.Digest.ToString()] = repository;
                _added.Add($"{blob.Digest} {repository}");
            }
        }
    }

    /// <summary>Keeps what was added, behind what others have added meanwhile.</summary>
    public void Save()
    {
        if (_added.Count > 0)
        {
            string[] lines = [.. Lines(), .. _added];
            CacheFolder.Replace(cacheFolder, _path, Encoding.UTF8.GetBytes(string.Join('\n', lines.TakeLast(Most)) + '\n'));
        }
    }

    /// <summary>By digest; read when the first blob comes that is large enough.</summary>
    private Dictionary<string, string> Repositories => _repositories ??= Read();

    private Dictionary<string, string> Read()
    {
        var repositories = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Lines())
        {
            // The last one is the newest.
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            repositories[line[..Math.Max(space, 0)]] = line[(space + 1)..];
        }

        return repositories;
    }

    private string[] Lines()
    {
        try
        {
            return File.ReadAllLines(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
