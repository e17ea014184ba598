using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Estargz.Recording;

/// <summary>The shared frameworks of a recording: below the .NET installation, or in the folder of a self-contained app.</summary>
internal sealed partial class RecordedFrameworks
{
    private readonly Dictionary<string, (string Framework, string File)> _files = new(StringComparer.Ordinal);

    private RecordedFrameworks()
    {
    }

    /// <summary>Names and versions, in the order in which they were first used.</summary>
    public ImmutableArray<(string Name, string Version)> Versions { get; private set; } = [];

    /// <summary>Sorts out the files of a recording.</summary>
    public static RecordedFrameworks Of(Recording recording)
    {
        var frameworks = new RecordedFrameworks();
        var runtimePacks = Directory.Exists(recording.AppFolder)
            ? Directory.GetFiles(recording.AppFolder, "*.deps.json").Order(StringComparer.Ordinal).SelectMany(RuntimePackFiles).ToLookup(f => f.File, StringComparer.Ordinal)
            : null;
        foreach (var path in recording.Files.Select(f => f.Path))
        {
            if (recording.DotnetRoot is { } root && RealPath.IsBelow(path, Path.Combine(root, "shared"))
                && Path.GetRelativePath(root, path).Split('/') is [_, var name, var version, .. var rest])
            {
                frameworks.Add(path, name, version, string.Join('/', rest));
            }
            else if (RealPath.IsBelow(path, recording.AppFolder) && runtimePacks?[Path.GetRelativePath(recording.AppFolder, path)].FirstOrDefault() is { File: not null } packed)
            {
                frameworks.Add(path, packed.Name, packed.Version, packed.File);
            }
        }

        return frameworks;
    }

    /// <summary>The framework of a file, and its name there; null if it is of none.</summary>
    public (string Framework, string File)? Find(string path) => _files.TryGetValue(path, out var found) ? found : null;

    private void Add(string path, string name, string version, string file)
    {
        _files[path] = (name, file);
        Versions = Versions.Contains((name, version)) ? Versions : Versions.Add((name, version));
    }

    /// <summary>
    /// What a self-contained app has of a framework, from its <c>.deps.json</c>: the assets of the libraries named
    /// <c>runtimepack.NAME.Runtime.RID/VERSION</c>, which lie beside the app.
    /// </summary>
    private static List<(string Name, string Version, string File)> RuntimePackFiles(string depsFile)
    {
        var files = new List<(string, string, string)>();
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(depsFile));
            foreach (var library in json.RootElement.GetProperty("targets").EnumerateObject().SelectMany(target => target.Value.EnumerateObject()))
            {
                if (RuntimePack().Match(library.Name) is { Success: true } pack)
                {
                    files.AddRange(library.Value.EnumerateObject().Where(kind => kind.Name is "runtime" or "native")
                        .SelectMany(kind => kind.Value.EnumerateObject())
                        .Select(asset => (pack.Groups["name"].Value, pack.Groups["version"].Value, Path.GetFileName(asset.Name))));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // Then its files are the app's.
        }

        return files;
    }

    [GeneratedRegex(@"\Aruntimepack\.(?<name>.+)\.Runtime\.[^/]+/(?<version>.+)\z")]
    private static partial Regex RuntimePack();
}
