namespace Estargz.Recording;

/// <summary>First accesses as the sources see them, each with its time; any thread may add.</summary>
/// <param name="root">The folder that is the app's root; empty if it is this machine's.</param>
internal sealed class AccessLog(string root = "")
{
    /// <summary>More files than any app reads; protects against one that reads a file system.</summary>
    private const int Limit = 200_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (DateTime Time, int Sequence)> _first = new(StringComparer.Ordinal);

    /// <summary>Notes that a file was read.</summary>
    /// <param name="path">An absolute path, perhaps with links.</param>
    /// <param name="time">When, in UTC.</param>
    public void Add(string path, DateTime time)
    {
        lock (_lock)
        {
            bool known = _first.TryGetValue(path, out var first);
            if (known ? time < first.Time : _first.Count < Limit)
            {
                _first[path] = (time, known ? first.Sequence : _first.Count);
            }
        }
    }

    /// <summary>Notes that a file was read.</summary>
    /// <param name="path">An absolute path as the app sees it, perhaps with links.</param>
    /// <param name="time">When, in UTC.</param>
    public void AddSeen(string path, DateTime time) => Add(root + path, time);

    /// <summary>The paths that were read until then, in order.</summary>
    public IReadOnlyList<string> Until(DateTime time)
    {
        lock (_lock)
        {
            return [.. _first.Where(a => a.Value.Time <= time).OrderBy(a => a.Value.Time).ThenBy(a => a.Value.Sequence).Select(a => a.Key)];
        }
    }
}
