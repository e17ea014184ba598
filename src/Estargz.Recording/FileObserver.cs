using System.Collections.Immutable;
using Estargz.Profiles;

namespace Estargz.Recording;

/// <summary>
/// Watches from outside what the app opens and maps, on a thread of its own: inotify knows the moment of every open,
/// the memory maps know that it was the app. In the app's own folder, or in all of an image, the open is enough; elsewhere,
/// in folders that other processes read too, a mapped file gets the time of its open.
/// </summary>
internal sealed class FileObserver : IDisposable
{
    private static readonly TimeSpan QuickTime = TimeSpan.FromMilliseconds(300), QuickInterval = TimeSpan.FromMilliseconds(2),
        Interval = TimeSpan.FromMilliseconds(10), TreeInterval = TimeSpan.FromMilliseconds(50);

    private readonly AccessLog _log;
    private readonly ProcessTree _tree;
    private readonly string _ownFolder;
    private readonly Inotify _inotify = new();
    private readonly Dictionary<string, DateTime> _unmapped = new(StringComparer.Ordinal);
    private readonly HashSet<string> _mapped = new(StringComparer.Ordinal);
    private readonly DateTime _start = DateTime.UtcNow;
    private readonly Task _running;
    private Dictionary<string, DateTime> _opened = new(StringComparer.Ordinal), _openedBefore = new(StringComparer.Ordinal);
    private IReadOnlyList<RecordedProcess> _processes = [];
    private DateTime _treeTime;
    private volatile bool _stopping;
    private TaskCompletionSource? _asked;

    /// <summary>Begins to watch. Do so before the app starts.</summary>
    /// <param name="log">Gets what is seen.</param>
    /// <param name="tree">The app's processes.</param>
    /// <param name="start">Says which folders may be read.</param>
    public FileObserver(AccessLog log, ProcessTree tree, AppStart start)
    {
        (_log, _tree, _ownFolder) = (log, tree, start.OwnFolder);
        var below = Directory.EnumerateDirectories(
            _ownFolder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint });
        // A .NET runtime needs much the same libraries of the system as the one that runs this.
        var libraries = MemoryMaps.Of(Environment.ProcessId).Where(m => m.Path.Contains(".so", StringComparison.Ordinal)).Select(m => Path.GetDirectoryName(m.Path)!);
        var elsewhere = start.Request.Root is null ? start.DotnetRoots.SelectMany(DotnetRoot.Folders).Concat(libraries) : [];
        foreach (var folder in below.Prepend(_ownFolder).Concat(elsewhere).Distinct(StringComparer.Ordinal))
        {
            _inotify.Add(folder);
        }

        _running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Whether some opens may have been missed.</summary>
    public bool IsIncomplete => _inotify.IsIncomplete;

    /// <summary>
    /// Looks now. inotify tells no times: what is seen before the app goes on comes before what it does then, however
    /// busy the machine is.
    /// </summary>
    public Task LookAsync()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        asked = Interlocked.CompareExchange(ref _asked, asked, null) ?? asked;
        return Task.WhenAny(asked.Task, _running);
    }

    /// <summary>What the app has touched of large files; complete after <see cref="Stop"/>.</summary>
    public ImmutableDictionary<string, TouchedPages> Pages { get; private set; } = ImmutableDictionary<string, TouchedPages>.Empty;

    /// <summary>Looks a last time and ends.</summary>
    public void Stop()
    {
        _stopping = true;
        _running.GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        _inotify.Dispose();
    }

    private void Run()
    {
        bool last;
        do
        {
            last = _stopping;
            var asked = Interlocked.Exchange(ref _asked, null);
            ReadMaps();
            asked?.SetResult();
            var next = DateTime.UtcNow + (DateTime.UtcNow - _start < QuickTime ? QuickInterval : Interval);
            while (!last && next - DateTime.UtcNow is { Ticks: > 0 } left)
            {
                _inotify.Wait(left);
                ReadOpens();
            }
        }
        while (!last);

        Pages = MappedPages.Of([.. _processes.Select(p => p.Id)]);
        foreach (var (path, time) in _unmapped.Where(s => _mapped.Any(m => Path.GetDirectoryName(m.AsSpan()).SequenceEqual(Path.GetDirectoryName(s.Key)))))
        {
            _log.Add(path, time);
        }
    }

    private void ReadOpens()
    {
        var now = DateTime.UtcNow;
        foreach (var path in _inotify.Read())
        {
            now = now.AddTicks(1); // Keeps the order of one reading.
            if (RealPath.IsBelow(path, _ownFolder))
            {
                _log.Add(path, now);
            }
            else if (IsReadWithFramework(path))
            {
                _unmapped.TryAdd(path, now);
            }
            else
            {
                _opened.TryAdd(path, now);
            }
        }
    }

    /// <summary>
    /// What is not mapped when we look, but is read if anything of its folder is: a framework's settings, and the
    /// tracing provider that the runtime drops at once where LTTng is not installed.
    /// </summary>
    private static bool IsReadWithFramework(string path) =>
        path.EndsWith(".json", StringComparison.Ordinal) || Path.GetFileName(path) == "libcoreclrtraceptprovider.so";

    private void ReadMaps()
    {
        if (_stopping || _processes.Count == 0 || DateTime.UtcNow - _treeTime > TreeInterval)
        {
            (_processes, _treeTime) = (_tree.Find(), DateTime.UtcNow);
        }

        var mapped = _processes.Where(p => !_tree.IsTracer(p.Id)).SelectMany(p => MemoryMaps.Of(p.Id)).Select(m => m.Path).Where(_mapped.Add).ToList();
        // What is mapped was opened before: only now all opens are known.
        ReadOpens();
        var now = DateTime.UtcNow;
        foreach (var path in mapped)
        {
            _log.Add(path, _openedBefore.GetValueOrDefault(path, _opened.GetValueOrDefault(path, now)));
        }

        if (_processes.Count > 0)
        {
            // A file is mapped right after it is opened; what was opened long before, another process has read.
            (_opened, _openedBefore) = (_openedBefore, _opened);
            _opened.Clear();
        }
    }
}
