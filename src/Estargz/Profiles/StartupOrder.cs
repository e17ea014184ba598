using System.Collections.Immutable;

namespace Estargz.Profiles;

/// <summary>A start-up profile, told in the terms of the layers of one image.</summary>
public sealed class StartupOrder
{
    private StartupOrder(ImmutableArray<StartupEntry> entries, IReadOnlyCollection<ProfileLine> notFound, bool recorded)
    {
        (Entries, IsRecorded) = (entries, recorded);
        NotFound = [.. notFound.Select(line => line.ToString())];
        Stale = [.. notFound.Where(line => !recorded || line.Token is not null).Select(line => line.ToString())];
    }

    /// <summary>What is read of all layers, in the order of the profile, each entry once.</summary>
    public ImmutableArray<StartupEntry> Entries { get; }

    /// <summary>Whether a recording made the profile, so that what it does not name was not read; a list by hand may lack anything.</summary>
    public bool IsRecorded { get; }

    /// <summary>The lines of the profile for which the image should have something and has nothing, in the order of the profile.</summary>
    public ImmutableArray<string> NotFound { get; }

    /// <summary>
    /// How many lines are about an installation of .NET where the image has none, as that of a self-contained app: it has
    /// nothing for them, and cannot have.
    /// </summary>
    public int Inapplicable { get; private init; }

    /// <summary>
    /// Those of them that tell that the profile is out of date, or wrong. A recorded profile also names files of the
    /// system that the app was recorded on (<see cref="ProfileHeader.Recorder"/>): that an image has not all of them says
    /// nothing about the profile. What lies in the app's folder or in that of .NET, every image of the app has.
    /// </summary>
    public ImmutableArray<string> Stale { get; }

    /// <summary>Finds what a profile names.</summary>
    /// <remarks>
    /// A path names the symbolic links on its way and what is at its end, each in the layer that it comes from: lazy
    /// clients do not follow links when they prefetch. A line that is a path of the image is that path, even with
    /// characters of a glob in it. A system's shared library that is not there stands for the one that the image has of
    /// it, see <see cref="SystemLibraries"/>. Cost: paths times their depth, and see <see cref="GlobSet"/>.
    /// </remarks>
    /// <param name="profile">The profile.</param>
    /// <param name="tree">The image.</param>
    /// <param name="workingDirectory">The image's working directory, for <c>$(app)</c>; the SDK's default where none is given.</param>
    public static StartupOrder Create(StartupProfile profile, ImageTree tree, string workingDirectory = "/app")
    {
        var folders = TokenFolders.Of(tree, workingDirectory);
        var paths = profile.Lines.Select(folders.Expand).ToArray();
        var globs = GlobSet.Match(paths.Where(path => Glob.IsPattern(path) && tree.Trace(path).IsEmpty).Distinct(StringComparer.Ordinal), tree);
        var libraries = new SystemLibraries(tree);
        var entries = ImmutableArray.CreateBuilder<StartupEntry>();
        var places = new Dictionary<TreeNode, int>();
        var notFound = ImmutableArray.CreateBuilder<ProfileLine>();
        for (int i = 0; i < paths.Length; i++)
        {
            var line = profile.Lines[i];
            if (!(globs.GetValueOrDefault(paths[i]) is { } match ? AddAll(match, line.Pages) : AddTrace(Trace(paths[i]), line.Pages)))
            {
                notFound.Add(line);
            }
        }

        ProfileLine[] expected = [.. notFound.Where(line => folders.Dotnet is not null || !IsOfInstallation(line))];
        return new StartupOrder(entries.DrainToImmutable(), expected, profile.Header.Recorder is not null) { Inapplicable = notFound.Count - expected.Length };

        ImmutableArray<TreeNode> Trace(string path) =>
            tree.Trace(path) is { IsEmpty: false } trace ? trace : libraries.Find(path) is { } library ? tree.Trace(library) : [];

        bool AddAll(GlobMatch match, TouchedPages? pages)
        {
            foreach (var node in match.Nodes)
            {
                AddTrace(tree.Trace(node), pages);
            }

            return match.Any;
        }

        bool AddTrace(ImmutableArray<TreeNode> trace, TouchedPages? pages)
        {
            foreach (var node in trace)
            {
                Add(node, node == trace[^1] ? pages : null);
            }

            return !trace.IsEmpty;
        }

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

    /// <summary>Whether no self-contained app has it: the installation's host, and what describes a shared framework.</summary>
    private static bool IsOfInstallation(ProfileLine line) =>
        line.Token == PathToken.Dotnet || (line.Token?.FrameworkName is { } name && (line.Path == name + ".runtimeconfig.json" || line.Path == name + ".deps.json"));
}
