using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Estargz.Profiles;

namespace Estargz.Recording;

/// <summary>What a self-contained app has of the shared frameworks in its own folder, by the names of the files.</summary>
internal static partial class RuntimePackFiles
{
    /// <summary>None: the app is not self-contained, or does not say what it has.</summary>
    public static ImmutableDictionary<string, FrameworkVersion> None { get; } = ImmutableDictionary.Create<string, FrameworkVersion>(StringComparer.Ordinal);

    /// <summary>
    /// Reads the app's <c>.deps.json</c>: the assets of the libraries named <c>runtimepack.NAME.Runtime.RID/VERSION</c>, which
    /// lie beside the app.
    /// </summary>
    public static ImmutableDictionary<string, FrameworkVersion> Read(string appFolder) =>
        Directory.GetFiles(appFolder, "*.deps.json").Order(StringComparer.Ordinal).SelectMany(ReadFile)
            .Aggregate(None, (all, file) => all.ContainsKey(file.Name) ? all : all.Add(file.Name, file.Framework));

    private static List<(string Name, FrameworkVersion Framework)> ReadFile(string depsFile)
    {
        var files = new List<(string, FrameworkVersion)>();
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(depsFile));
            foreach (var library in json.RootElement.GetProperty("targets").EnumerateObject().SelectMany(target => target.Value.EnumerateObject()))
            {
                if (RuntimePack().Match(library.Name) is { Success: true } pack)
                {
                    var framework = new FrameworkVersion(pack.Groups["name"].Value, pack.Groups["version"].Value);
                    files.AddRange(library.Value.EnumerateObject().Where(kind => kind.Name is "runtime" or "native")
                        .SelectMany(kind => kind.Value.EnumerateObject())
                        .Select(asset => (Path.GetFileName(asset.Name), framework)));
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
