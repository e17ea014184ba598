using System.Collections.Immutable;

namespace Estargz.Profiles;

/// <summary>A start-up profile, told in the terms of the layers of one image.</summary>
public sealed class StartupOrder
{
    private StartupOrder(int layers, ImmutableArray<StartupEntry> entries, ImmutableArray<string> notFound)
    {
        (Entries, NotFound) = (entries, notFound);
        var names = entries.ToLookup(entry => entry.Layer, entry => entry.Name);
        Layers = [.. Enumerable.Range(0, layers).Select(layer => names[layer].ToImmutableArray())];
    }

    /// <summary>What is read of all layers, in the order of the profile, each entry once.</summary>
    public ImmutableArray<StartupEntry> Entries { get; }

    /// <summary>
    /// For each layer, the lowest first: the names of the entries to put first, in this order, exactly as the layer
    /// writes them, each once.
    /// </summary>
    public ImmutableArray<ImmutableArray<string>> Layers { get; }

    /// <summary>The lines of the profile for which the image has nothing, in the order of the profile.</summary>
    public ImmutableArray<string> NotFound { get; }

    /// <summary>Finds what a profile names.</summary>
    /// <remarks>
    /// A path names the symbolic links on its way and what is at its end, each in the layer that it comes from: lazy
    /// clients do not follow links when they prefetch. A line that is a path of the image is that path, even with
    /// characters of a glob in it. Cost: paths times their depth, and see <see cref="GlobSet"/>.
    /// </remarks>
    /// <param name="profile">The profile.</param>
    /// <param name="tree">The image.</param>
    /// <param name="workingDirectory">The image's working directory, for <c>$(app)</c>; the SDK's default where none is given.</param>
    public static StartupOrder Create(StartupProfile profile, ImageTree tree, string workingDirectory = "/app")
    {
        var folders = TokenFolders.Of(tree, workingDirectory);
        var paths = profile.Lines.Select(folders.Expand).ToArray();
        var globs = GlobSet.Match(paths.Where(path => Glob.IsPattern(path) && tree.Trace(path).IsEmpty).Distinct(StringComparer.Ordinal), tree);
        var entries = ImmutableArray.CreateBuilder<StartupEntry>();
        var places = new Dictionary<TreeNode, int>();
        var notFound = ImmutableArray.CreateBuilder<string>();
        foreach (var (line, path) in profile.Lines.Zip(paths))
        {
            var match = globs.GetValueOrDefault(path);
            ImmutableArray<ImmutableArray<TreeNode>> traces = match is null ? [tree.Trace(path)] : [.. match.Nodes.Select(node => tree.Trace(node))];
            foreach (var trace in traces)
            {
                foreach (var node in trace)
                {
                    Add(node, node == trace[^1] ? line.Pages : null);
                }
            }

            if (!(match?.Any ?? !traces[0].IsEmpty))
            {
                notFound.Add(line.ToString());
            }
        }

        return new StartupOrder(tree.LayerCount, entries.DrainToImmutable(), notFound.DrainToImmutable());

        void Add(TreeNode node, TouchedPages? pages)
        {
            if (node.Entry is not { } entry)
            {
                return;
            }

            if (places.TryAdd(node, entries.Count))
            {
                entries.Add(new StartupEntry(node.Layer, entry.Name, pages));
            }
            else if (pages is not null)
            {
                entries[places[node]] = entries[places[node]] with { Pages = TouchedPages.Union(entries[places[node]].Pages, pages) };
            }
        }
    }
}
