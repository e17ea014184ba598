namespace Estargz.Profiles;

/// <summary>
/// Globs of whole paths: segments as <see cref="Glob"/> has them, and <c>**</c> for any number of segments. They match
/// files and links, not directories. Symbolic links are followed only in the segments before the first pattern.
/// </summary>
/// <remarks>
/// All globs that begin in one directory walk it together, once. At each name there is one look-up for all literal
/// segments, and one comparison for each different pattern that may stand there: at worst names times patterns,
/// whatever the number of stars.
/// </remarks>
internal static class GlobSet
{
    /// <summary>What each glob matches in an image.</summary>
    public static Dictionary<string, GlobMatch> Match(IEnumerable<string> globs, ImageTree tree)
    {
        var matches = new Dictionary<string, GlobMatch>(StringComparer.Ordinal);
        var starts = new Dictionary<TreeNode, GlobStep>();
        foreach (var glob in globs)
        {
            var match = matches[glob] = new GlobMatch(matches.Count);
            var segments = glob.Split('/');
            int literal = Array.FindIndex(segments, Glob.IsPattern);
            if (tree.Walk(tree.Root, segments[..literal], []) is { } start)
            {
                if (!starts.TryGetValue(start, out var step))
                {
                    step = starts[start] = new GlobStep(false);
                }

                segments[literal..].Aggregate(step, (at, segment) => at.Next(segment)).Ends.Add(match);
            }
        }

        foreach (var (start, step) in starts)
        {
            Walk(start, step);
        }

        return matches;
    }

    private static void Walk(TreeNode start, GlobStep first)
    {
        int visit = 0;
        var steps = new List<GlobStep>();
        first.Reach(steps, visit);
        var open = new Stack<(TreeNode Node, GlobStep[] Steps)>([(start, [.. steps])]);
        while (open.TryPop(out var at))
        {
            if (!at.Node.IsDirectory)
            {
                Found(at.Node, at.Steps.SelectMany(step => step.Ends));
                continue;
            }

            foreach (var (name, child) in at.Node.Children.Reverse())
            {
                steps.Clear();
                visit++;
                foreach (var step in at.Steps)
                {
                    step.Follow(name, steps, visit);
                }

                if (steps.Count > 0)
                {
                    open.Push((child, [.. steps]));
                }
            }
        }
    }

    private static void Found(TreeNode node, IEnumerable<GlobMatch> matches)
    {
        GlobMatch? first = null;
        foreach (var match in matches)
        {
            match.Any = true;
            first = first is null || match.Rank < first.Rank ? match : first;
        }

        first?.Nodes.Add(node);
    }
}
