using System.Text;

namespace Estargz.Recording;

/// <summary>
/// The app's process with all that it started. They carry a text in their environment that no other process has, or a
/// number among their limits, even those whose parent has ended; the children of those belong too.
/// </summary>
/// <param name="mark">That text.</param>
/// <param name="tracer">The program of a tracer that carries it too and is not the app; null if there is none.</param>
internal sealed class ProcessTree(string mark, string? tracer)
{
    private static readonly TimeSpan KillTime = TimeSpan.FromSeconds(5);

    private readonly byte[] _mark = Encoding.UTF8.GetBytes(mark);
    private readonly InheritedMark _inherited = new();
    private readonly HashSet<RecordedProcess> _seen = [];

    /// <summary>Marks the app's process, as soon as there is one, and what it has started by then.</summary>
    public void Begin(int process)
    {
        lock (_seen)
        {
            _inherited.Put(process);
        }

        FindAll();
    }

    /// <summary>The running processes of the app.</summary>
    public IReadOnlyList<RecordedProcess> Find() => [.. FindAll().Where(p => !IsTracer(p.Id))];

    /// <summary>Whether this process is the tracer now; it may become the app.</summary>
    public bool IsTracer(int process)
    {
        try
        {
            return tracer is not null && File.ResolveLinkTarget($"/proc/{process}/exe", false)?.FullName == tracer;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // It ended meanwhile.
        }
    }

    /// <summary>Asks all to end.</summary>
    public void Terminate()
    {
        foreach (var process in Find())
        {
            process.Signal(LibC.SignalTerm);
        }
    }

    /// <summary>Ends all, those started meanwhile too, then removes what they left in the temporary folder, if it has to be.</summary>
    public async Task KillAsync(string? temporaryFolder)
    {
        var limit = DateTime.UtcNow + KillTime;
        while (FindAll() is { Count: > 0 } running && DateTime.UtcNow < limit)
        {
            foreach (var process in running)
            {
                process.Signal(LibC.SignalKill);
            }

            await Task.Delay(5).ConfigureAwait(false);
        }

        lock (_seen)
        {
            foreach (var process in temporaryFolder is null ? [] : _seen)
            {
                process.DeleteSockets(temporaryFolder!);
            }
        }
    }

    private List<RecordedProcess> FindAll()
    {
        var running = RecordedProcess.FindAll();
        lock (_seen)
        {
            var ids = running.Keys.Where(p => _seen.Contains(p) || _inherited.IsOn(p.Id) || IsMarked(p.Id)).Select(p => p.Id).ToHashSet();
            while (running.Where(p => ids.Contains(p.Value) && !ids.Contains(p.Key.Id)).Select(p => p.Key.Id).ToArray() is { Length: > 0 } children)
            {
                ids.UnionWith(children);
            }

            List<RecordedProcess> found = [.. running.Keys.Where(p => ids.Contains(p.Id))];
            foreach (var process in found.Where(_seen.Add))
            {
                _inherited.Put(process.Id);
            }

            return found;
        }
    }

    private bool IsMarked(int process)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{process}/environ").AsSpan().IndexOf(_mark) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
