namespace Estargz.Profiles;

/// <summary>What one glob of several matched.</summary>
/// <param name="Rank">The place of the glob among them.</param>
internal sealed record GlobMatch(int Rank)
{
    /// <summary>Whether it matched anything.</summary>
    public bool Any { get; set; }

    /// <summary>What it matched in ordinal order, without what a glob before it from the same directory matched.</summary>
    public List<TreeNode> Nodes { get; } = [];
}
