using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Estargz.Recording.Tests;

/// <summary>A shell script as an app: no .NET in it, and it does what a test needs.</summary>
internal sealed class ScriptApp : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ScriptApp(string script)
    {
        Request = new RecordingRequest(_folder.Write("app/app.sh", "#!/bin/sh\n" + script), [])
        {
            Readiness = Readiness.Output(new Regex("^ready$")),
            Environment = ImmutableDictionary<string, string?>.Empty.Add("TMPDIR", Directory.CreateDirectory(_folder["tmp"]).FullName).Add("HOME", _folder["home"]),
            OutputWritten = Lines.Enqueue,
        };
    }

    public RecordingRequest Request { get; init; }

    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>The processes whose numbers the script wrote and that still run; a zombie does not, it waits for its new parent.</summary>
    public IEnumerable<string> Running => RecordedProcess.FindAll().Keys.Select(p => p.Id.ToString(CultureInfo.InvariantCulture)).Intersect(Lines);

    /// <summary>What the app's temporary folder still has.</summary>
    public IEnumerable<string> Leftovers => Directory.EnumerateFileSystemEntries(_folder["tmp"]);

    public string Write(string name, string content) => _folder.Write("app/" + name, content);

    public void Dispose() => _folder.Dispose();
}
