using CsCheck;
using Estargz.Profiles;

namespace Estargz.Tests.Profiles;

public class GlobTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "abc", true)]
    [InlineData("*.dll", "App.dll", true)]
    [InlineData("*.dll", "App.DLL", false)]
    [InlineData("*.dll", "App.dll.bak", false)]
    [InlineData("a*c*e", "abcde", true)]
    [InlineData("a*c*e", "abcd", false)]
    [InlineData("*ab", "aab", true)]
    [InlineData("*a*a*", "a", false)]
    [InlineData("**", "x", true)]
    [InlineData("?", "a", true)]
    [InlineData("?", "", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[a-c]x", "dx", false)]
    [InlineData("[!a-c]x", "dx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("[abc-]", "-", true)]
    [InlineData("[]]", "]", true)]
    [InlineData("[!]]", "a", true)]
    [InlineData("[!]]", "]", false)]
    [InlineData("[", "[", true)]
    [InlineData("[a", "[a", true)]
    [InlineData("[]", "[]", true)]
    [InlineData("[*]", "*", true)]
    [InlineData("[*]", "a", false)]
    [InlineData("*[0-9].so", "lib7.so", true)]
    [InlineData("*[0-9].so", "lib7x.so", false)]
    [InlineData("*", ".hidden", true)]
    [InlineData("a\\*", "a\\b", true)]
    [InlineData("é", "e\u0301", false)]
    public void A_segment_matches_or_not(string pattern, string name, bool matches) =>
        Assert.Equal(matches, Glob.Matches(pattern, name));

    [Fact]
    public void A_segment_matches_as_the_plain_definition_says() =>
        Gen.Select(Gen.Char["ab*?"].Array[0, 8], Gen.Char["ab"].Array[0, 8]).Sample((pattern, name) =>
            Glob.Matches(pattern, name) == Matches(pattern, name)
            && (!Matches(pattern, name) || new string(name).Contains(Glob.Required(new string(pattern)), StringComparison.Ordinal)));

    [Theory]
    [InlineData("*.dll", ".dll")]
    [InlineData("lib?core*", "core")]
    [InlineData("a[bc]def*", "a")]
    [InlineData("[abc]", "")]
    [InlineData("**", "")]
    public void Some_text_is_in_every_match(string pattern, string text) => Assert.Equal(text, Glob.Required(pattern));

    [Fact]
    public void Many_stars_cost_little() =>
        Assert.False(Glob.Matches(string.Concat(Enumerable.Repeat("*a", 100)) + "b", new string('a', 2000)));

    /// <summary>The plain definition; it takes for ever on long patterns.</summary>
    internal static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name) => pattern switch
    {
        [] => name.IsEmpty,
        ['*', .. var rest] => Matches(rest, name) || (!name.IsEmpty && Matches(pattern, name[1..])),
        [var c, .. var rest] => !name.IsEmpty && (c == '?' || c == name[0]) && Matches(rest, name[1..]),
    };
}
