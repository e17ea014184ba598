using System.Numerics;

namespace Estargz.Profiles;

/// <summary>
/// A pattern of paths: <c>*</c> any part of a segment, <c>?</c> one character, <c>[a-z]</c> and <c>[!a-z]</c> one
/// character of a set, <c>**</c> any number of segments. A name that begins with a dot is a name like any other.
/// </summary>
internal sealed class Glob
{
    /// <summary>How many segments a pattern may have: one bit for each, and one for the end.</summary>
    public const int MaxSegments = 63;

    private readonly string[] _segments;
    private readonly int _literal;

    /// <summary>A pattern, in segments; one of them at least is one.</summary>
    public Glob(string[] segments)
    {
        _segments = segments;
        _literal = Array.FindIndex(segments, IsPattern);
    }

    /// <summary>Whether a segment has a character of a pattern in it.</summary>
    public static bool IsPattern(string segment) => segment.AsSpan().ContainsAny('*', '?', '[');

    /// <summary>
    /// The files and links (not directories) that match, in ordinal order. Symbolic links are followed only in the
    /// segments before the first pattern.
    /// </summary>
    /// <remarks>
    /// Every node below the literal segments is visited once at most, with the set of all places of the pattern that
    /// may match there: the cost is nodes times segments, whatever the pattern.
    /// </remarks>
    public IEnumerable<TreeNode> Match(ImageTree tree)
    {
        if (tree.Walk(tree.Root, _segments[.._literal], []) is not { } start)
        {
            yield break;
        }

        ulong end = 1UL << _segments.Length;
        var open = new Stack<(TreeNode Node, ulong Places)>();
        open.Push((start, Skip(1UL << _literal)));
        while (open.TryPop(out var at))
        {
            if (!at.Node.IsDirectory)
            {
                if ((at.Places & end) != 0)
                {
                    yield return at.Node;
                }

                continue;
            }

            foreach (var (name, child) in Candidates(at.Node, at.Places).Reverse())
            {
                if (Step(at.Places, name) is var places and not 0)
                {
                    open.Push((child, places));
                }
            }
        }
    }

    // One literal segment and nothing else that may match: no need to look at the whole directory.
    private IEnumerable<KeyValuePair<string, TreeNode>> Candidates(TreeNode directory, ulong places)
    {
        int place = BitOperations.TrailingZeroCount(places);
        if (!BitOperations.IsPow2(places) || place == _segments.Length || IsPattern(_segments[place]))
        {
            return directory.Children;
        }

        return directory.Child(_segments[place]) is { } child ? [new(_segments[place], child)] : [];
    }

    // The places after a segment of a path.
    private ulong Step(ulong places, string name)
    {
        ulong next = 0;
        for (int i = 0; i < _segments.Length; i++)
        {
            if ((places >> i & 1) == 0)
            {
                continue;
            }

            if (_segments[i] == "**")
            {
                next |= 1UL << i;
            }
            else if (MatchesSegment(_segments[i], name))
            {
                next |= Skip(1UL << (i + 1));
            }
        }

        return Skip(next);
    }

    // '**' may also match no segment at all.
    private ulong Skip(ulong places)
    {
        for (int i = 0; i < _segments.Length; i++)
        {
            if ((places >> i & 1) != 0 && _segments[i] == "**")
            {
                places |= 1UL << (i + 1);
            }
        }

        return places;
    }

    /// <summary>Whether a pattern without slashes matches a name. Cost: the product of the lengths at most.</summary>
    /// <remarks>
    /// When something does not match, only the last star can help: an earlier one could only give what the last one
    /// takes. So there is one place to go back to, never a tree of them.
    /// </remarks>
    internal static bool MatchesSegment(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        int p = 0, n = 0, star = -1, starName = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, starName) = (p++, n);
            }
            else if (p < pattern.Length && MatchesOne(pattern, ref p, name[n]))
            {
                n++;
            }
            else if (star >= 0)
            {
                (p, n) = (star + 1, ++starName);
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }

    private static bool MatchesOne(ReadOnlySpan<char> pattern, ref int p, char c)
    {
        if (pattern[p] == '?')
        {
            p++;
            return true;
        }

        // A ']' directly after the opening is a member of the set; a set that does not end is an ordinary '['.
        int first = p + 1 < pattern.Length && pattern[p + 1] is '!' or '^' ? p + 2 : p + 1;
        int length = pattern[p] == '[' && first < pattern.Length ? pattern[(first + 1)..].IndexOf(']') + 1 : 0;
        if (length == 0)
        {
            return pattern[p++] == c;
        }

        bool negated = first == p + 2;
        var set = pattern.Slice(first, length);
        p = first + length + 1;
        return Contains(set, c) != negated;
    }

    private static bool Contains(ReadOnlySpan<char> set, char c)
    {
        for (int i = 0; i < set.Length; i++)
        {
            bool range = i + 2 < set.Length && set[i + 1] == '-';
            if (range ? set[i] <= c && c <= set[i + 2] : set[i] == c)
            {
                return true;
            }

            i += range ? 2 : 0;
        }

        return false;
    }
}
