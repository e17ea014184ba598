using System.Collections.Immutable;

namespace Estargz.Profiles;

/// <summary>A start-up profile, told in the terms of the layers of one image.</summary>
public sealed class StartupOrder
{
    private StartupOrder(ImmutableArray<ImmutableArray<string>> layers, ImmutableArray<string> notFound) =>
        (Layers, NotFound) = (layers, notFound);

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
    public static StartupOrder Create(StartupProfile profile, ImageTree tree)
    {
        var names = Enumerable.Range(0, tree.LayerCount).Select(_ => ImmutableArray.CreateBuilder<string>()).ToArray();
        var notFound = ImmutableArray.CreateBuilder<string>();
        var seen = new HashSet<TreeNode>();
        var globs = GlobSet.Match(profile.Paths.Where(path => Glob.IsPattern(path) && tree.Trace(path).IsEmpty), tree);
        foreach (var path in profile.Paths)
        {
            ImmutableArray<TreeNode> nodes = globs.TryGetValue(path, out var match)
                ? [.. match.Nodes.SelectMany(node => tree.Trace(node))]
                : tree.Trace(path);
            foreach (var node in nodes.Where(seen.Add))
            {
                if (node.Entry is { } entry)
                {
                    names[node.Layer].Add(entry.Name);
                }
            }

            if (!(match?.Any ?? !nodes.IsEmpty))
            {
                notFound.Add(path);
            }
        }

        return new StartupOrder([.. names.Select(list => list.DrainToImmutable())], notFound.DrainToImmutable());
    }
}
