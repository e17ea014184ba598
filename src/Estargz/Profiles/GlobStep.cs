namespace Estargz.Profiles;

/// <summary>
/// One segment in a tree of globs: those that begin alike share their beginning. <c>**</c> is a step that stays where
/// it is for any number of segments.
/// </summary>
internal sealed class GlobStep(bool any)
{
    private readonly Dictionary<string, GlobStep> _literals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Required, GlobStep Step)> _patterns = new(StringComparer.Ordinal);
    private GlobStep? _any;
    private int _reached = -1;

    /// <summary>The globs that end here.</summary>
    public List<GlobMatch> Ends { get; } = [];

    /// <summary>The step after this one for a segment of a glob; it is made where there is none.</summary>
    public GlobStep Next(string segment)
    {
        if (segment == "**")
        {
            return any ? this : _any ??= new GlobStep(true);
        }

        if (!Glob.IsPattern(segment))
        {
            return _literals.TryGetValue(segment, out var literal) ? literal : _literals[segment] = new GlobStep(false);
        }

        if (!_patterns.TryGetValue(segment, out var pattern))
        {
            _patterns[segment] = pattern = (Glob.Required(segment), new GlobStep(false));
        }

        return pattern.Step;
    }

    /// <summary>Adds this step to those reached at a node; with it the <c>**</c> after it, which may match nothing.</summary>
    /// <param name="reached">The steps reached.</param>
    /// <param name="visit">The number of the node's visit: what was reached there already is not added again.</param>
    public void Reach(List<GlobStep> reached, int visit)
    {
        if (_reached != visit)
        {
            _reached = visit;
            reached.Add(this);
            _any?.Reach(reached, visit);
        }
    }

    /// <summary>Adds the steps that a name leads to from here.</summary>
    public void Follow(string name, List<GlobStep> reached, int visit)
    {
        if (any)
        {
            Reach(reached, visit);
        }

        if (_literals.TryGetValue(name, out var literal))
        {
            literal.Reach(reached, visit);
        }

        foreach (var (pattern, (required, step)) in _patterns)
        {
            // Most names fail at the first, which is far cheaper.
            if (name.Contains(required, StringComparison.Ordinal) && Glob.Matches(pattern, name))
            {
                step.Reach(reached, visit);
            }
        }
    }
}
