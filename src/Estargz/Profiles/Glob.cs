namespace Estargz.Profiles;

/// <summary>
/// A pattern of names in one directory: <c>*</c> any characters, <c>?</c> one, <c>[a-z]</c> and <c>[!a-z]</c> one of a
/// set or outside it; a character is a UTF-16 code unit. A name that begins with a dot is a name like any other.
/// </summary>
internal static class Glob
{
    /// <summary>Whether a path has a character of a pattern in it.</summary>
    public static bool IsPattern(string path) => path.AsSpan().ContainsAny('*', '?', '[');

    /// <summary>The longest text that is in every name that a pattern matches, as far as easily seen.</summary>
    public static string Required(string pattern) =>
        pattern.Split('[')[0].Split('*', '?').MaxBy(text => text.Length)!;

    /// <summary>Whether a pattern matches a name. Cost: the product of the lengths at most.</summary>
    /// <remarks>
    /// When something does not match, only the last star can help: an earlier one could only give what the last one
    /// takes. So there is one place to go back to, never a tree of them.
    /// </remarks>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
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
