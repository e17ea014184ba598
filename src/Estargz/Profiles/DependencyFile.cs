using System.Collections.Immutable;
using System.Text.Json;

namespace Estargz.Profiles;

/// <summary>What a <c>*.deps.json</c> says of the files in the publish folder.</summary>
/// <param name="RuntimePack">The names of assemblies that came with the runtime of a self-contained app.</param>
/// <param name="NativeLibraries">The paths of native libraries of packages, for the RID, below the publish folder.</param>
internal sealed record DependencyFile(ImmutableHashSet<string> RuntimePack, ImmutableArray<string> NativeLibraries)
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; what is not there says nothing.</param>
    /// <param name="rid">The runtime identifier that portable native libraries are chosen for.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>.</exception>
    public static DependencyFile Read(string path, string rid)
    {
        var runtimePack = ImmutableHashSet.CreateBuilder<string>(StringComparer.OrdinalIgnoreCase);
        var native = ImmutableArray.CreateBuilder<string>();
        var json = PublishJson.Read(path) ?? default;
        var target = json.Get("targets").Get(json.Get("runtimeTarget").Get("name").Text() ?? "");
        foreach (var library in target.Properties())
        {
            bool isRuntime = library.Name.StartsWith("runtimepack.", StringComparison.OrdinalIgnoreCase);
            if (isRuntime)
            {
                runtimePack.UnionWith(library.Value.Get("runtime").Properties().Select(file => FileName(file.Name)));
                continue;
            }

            // What is for one RID is copied next to the app; what is portable keeps its folder.
            native.AddRange(library.Value.Get("native").Properties().Select(file => FileName(file.Name)));
            native.AddRange(BestFor(rid, library.Value.Get("runtimeTargets")));
        }

        return new DependencyFile(runtimePack.ToImmutable(), native.DrainToImmutable());
    }

    private static Dictionary<string, string>.ValueCollection BestFor(string rid, JsonElement targets)
    {
        var fallbacks = Fallbacks(rid);
        Dictionary<string, string> best = new(StringComparer.Ordinal);
        Dictionary<string, int> ranks = new(StringComparer.Ordinal);
        foreach (var file in targets.Properties())
        {
            var name = FileName(file.Name);
            int rank = Array.IndexOf(fallbacks, file.Value.Get("rid").Text());
            if (rank >= 0 && rank < ranks.GetValueOrDefault(name, int.MaxValue) && file.Value.Get("assetType").Text() == "native")
            {
                (best[name], ranks[name]) = (file.Name, rank);
            }
        }

        return best.Values;
    }

    /// <summary>A RID and those that the host tries after it, as far as they name Linux.</summary>
    private static string[] Fallbacks(string rid)
    {
        var architecture = rid[(rid.LastIndexOf('-') + 1)..];
        return rid.Contains("musl", StringComparison.Ordinal)
            ? [rid, $"linux-musl-{architecture}", "linux-musl", $"linux-{architecture}", "linux", $"unix-{architecture}", "unix", "any"]
            : [rid, $"linux-{architecture}", "linux", $"unix-{architecture}", "unix", "any"];
    }

    private static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];
}
