using CsCheck;
using Estargz.Registries;

namespace Estargz.Tests.Registries;

/// <summary>The grammar of RFC 9110, section 11.6.1, and what registries make of it.</summary>
public sealed class ChallengeTests
{
    private static readonly string[] Pieces = ["Bearer", "Basic", " ", ",", "=", "\"", "\\", "realm", "a/b", "==", "\t", "Negotiate YQ=="];

    [Fact]
    public void Bearer_with_quoted_parameters()
    {
        var challenge = Assert.Single(Challenge.Parse("Bearer realm=\"https://auth.example/token\",service=\"reg\", scope=\"repository:a/b:pull,push repository:c:pull\""));

        Assert.Equal("bearer", challenge.Scheme);
        Assert.Equal("https://auth.example/token", challenge["realm"]);
        Assert.Equal("reg", challenge["SERVICE"]);
        Assert.Equal("repository:a/b:pull,push repository:c:pull", challenge["scope"]);
        Assert.Null(challenge["error"]);
    }

    [Theory]
    [InlineData("BASIC REALM=x", "basic", "realm", "x")]
    [InlineData("Bearer realm = \"a\\\"b\\\\c\" , x=y", "bearer", "realm", "a\"b\\c")]
    [InlineData("Bearer realm=https://auth.example/token?a=b,service=s", "bearer", "realm", "https://auth.example/token?a=b")]
    [InlineData(" ,, Basic\trealm=\"x\"", "basic", "realm", "x")]
    [InlineData("Bearer realm=\"\",x=y", "bearer", "x", "y")]
    [InlineData("Bearer realm=one,realm=two", "bearer", "realm", "one")]
    public void Spellings(string header, string scheme, string name, string value)
    {
        var challenge = Challenge.Parse(header)[0];

        Assert.Equal(scheme, challenge.Scheme);
        Assert.Equal(value, challenge[name]);
    }

    [Theory]
    [InlineData("Negotiate, Basic realm=\"x\"", "negotiate basic")]
    [InlineData("Negotiate YWJjZA==, Basic realm=\"x\", Bearer realm=\"y\",service=z", "negotiate basic bearer")]
    [InlineData("Basic realm=\"a, Bearer realm=b\", Digest qop=\"auth\"", "basic digest")]
    [InlineData("Basic", "basic")]
    [InlineData("", "")]
    [InlineData("=, \"", "")]
    [InlineData("Bearer realm=\"never closed", "bearer")]
    public void Several_challenges_in_one_header(string header, string schemes) =>
        Assert.Equal(schemes, string.Join(' ', Challenge.Parse(header).Select(challenge => challenge.Scheme)));

    [Fact]
    public void Any_text_is_taken_apart_without_an_exception() =>
        Gen.OneOf(
            Gen.String,
            Gen.Int[0, Pieces.Length - 1].Select(piece => Pieces[piece]).Array[0, 40].Select(pieces => string.Concat(pieces)))
        .Sample(text => Challenge.Parse(text).All(challenge => challenge.Scheme.Length > 0));

    [Fact]
    public void What_is_quoted_comes_back() =>
        Gen.String[Gen.Char[' ', '~'], 0, 50].Select(Gen.String[Gen.Char['a', 'z'], 1, 10]).Sample((value, name) =>
            Challenge.Parse($"Basic a=b, Bearer {name}=\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"")[1][name] == value);
}
