using System.Text;
using Estargz.Registries;

namespace Estargz.Tests.Registries;

/// <summary>What token servers answer.</summary>
public sealed class TokenTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("{\"token\":\"a\"}", "a", 54)]
    [InlineData("{\"access_token\":\"b\",\"expires_in\":300}", "b", 270)]
    [InlineData("{\"token\":\"a\",\"access_token\":\"b\",\"expires_in\":\"600\"}", "a", 540)]
    [InlineData("{\"token\":\"\",\"access_token\":\"b\",\"expires_in\":0}", "b", 54)]
    [InlineData("{\"token\":\"a\",\"expires_in\":-7}", "a", 54)]
    [InlineData("{\"token\":\"a\",\"expires_in\":\"soon\"}", "a", 54)]
    [InlineData("{\"token\":\"a\",\"expires_in\":1e99}", "a", 54)]
    public void Token_and_age(string body, string token, int seconds)
    {
        var parsed = Token.Parse(Encoding.UTF8.GetBytes(body), Now);

        Assert.Equal(token, parsed?.Header.Parameter);
        Assert.Equal(Now.AddSeconds(seconds), parsed?.Expires);
        Assert.Equal("Token", parsed?.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("{\"token\":7}")]
    [InlineData("{\"token\":\"a\\r\\nHost: b\"}")]
    public void No_token(string body) => Assert.Null(Token.Parse(Encoding.UTF8.GetBytes(body), Now));

    [Theory]
    [InlineData("repository:a:pull,push", "repository:a:pull", "repository:a:pull,push")]
    [InlineData("repository:a:pull,push", "repository:a:pull,push repository:b:pull", "repository:a:pull,push repository:b:pull")]
    [InlineData("repository:a:pull", null, "repository:a:pull")]
    public void Challenged_scope_is_added(string wanted, string? challenged, string joined) =>
        Assert.Equal(joined, Scope.Join(wanted, challenged));
}
