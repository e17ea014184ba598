using System.Text;
using Estargz.Testing;

namespace Estargz.Tests.Registries;

/// <summary>Whoever gives tokens, and what may go wrong there.</summary>
public sealed class TokenServerTests : RegistryTest
{
    private string Realm => $"http://{Server.Host}{Testing.SignIn.TokenPath}";

    [Fact]
    public async Task Token_server_that_redirects_gets_nothing_more()
    {
        SignIn();
        await using var elsewhere = await TestRegistry.StartAsync();
        Server.RequireBearer(User, Password);
        Server.On("GET", "/token", Responses.Redirect($"http://{elsewhere.Host}/token"));

        await FailsAsync(DiagnosticCode.UntrustedTarget, () => Client.CheckPushAccessAsync(Repository, None));

        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Token_server_may_redirect_to_itself(int status)
    {
        SignIn();
        Server.On("GET", "/other", (context, next) => Responses.Status(200, $"{{\"token\":\"{context.Request.Headers.Authorization.ToString().Length}\"}}")(context, next));
        Server.On("GET", "/token", Responses.Redirect("/other?x=1", status));
        Server.On("POST", "/uploads/", Responses.Status(401, headers: ("WWW-Authenticate", $"Bearer realm=\"{Realm}\""))).Times(1);

        await Client.CheckPushAccessAsync(Repository, None);

        Assert.Equal($"Bearer {Testing.SignIn.Basic(User, Password).Length}", Server.Requests[^1].Headers["Authorization"]);
    }

    [Fact]
    public async Task Token_server_that_redirects_for_ever_is_an_error()
    {
        Server.RequireBearer(User, Password);
        Server.On("GET", "/token", Responses.Redirect("/token"));

        await FailsAsync(DiagnosticCode.UntrustedTarget, () => Client.CheckPushAccessAsync(Repository, None));
        Assert.Equal(11, Count("GET", "/token"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Token_server_that_is_not_there_refuses_nobody(bool isSignedIn)
    {
        if (isSignedIn)
        {
            SignIn();
        }

        Server.RequireBearer(User, Password);
        Server.On("GET", "/token", Responses.Html(404));

        var error = await FailsAsync(DiagnosticCode.RegistryAnswer, () => Client.CheckPushAccessAsync(Repository, None));

        Assert.Contains("no token server", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endless_token_is_cut_off()
    {
        SignIn();
        Server.RequireBearer(User, Password);
        Server.On("GET", "/token", Responses.Status(200, "{\"token\":\"" + new string('a', 1_000_000) + "\"}"));

        var error = await FailsAsync(DiagnosticCode.RegistryAnswer, () => Client.CheckPushAccessAsync(Repository, None));

        Assert.Contains("128 KiB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_server_in_trouble_is_asked_again()
    {
        SignIn();
        Server.RequireBearer(User, Password);
        Server.On("GET", "/token", Responses.Error(503, "UNAVAILABLE")).Times(2);

        await Client.CheckPushAccessAsync(Repository, None);

        Assert.Equal(2, Time.Waits.Count);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(405)]
    public async Task Identity_token_is_exchanged_by_post_or_else_by_get(int status)
    {
        SignIn("<token>", Password);
        Server.On("POST", "/uploads/", Responses.Status(401, headers: ("WWW-Authenticate", $"Bearer realm=\"{Realm}\""))).Times(1);
        Server.On("POST", "/token", Responses.Status(status, status == 200 ? "{\"access_token\":\"a\"}" : ""));
        Server.On("GET", "/token", Responses.Status(200, "{\"token\":\"b\"}"));

        await Client.CheckPushAccessAsync(Repository, None);

        var form = Encoding.UTF8.GetString(Server.Requests.Single(request => request.Method == "POST" && request.Path == "/token").Body);
        Assert.Contains("grant_type=refresh_token&refresh_token=s3cret", form, StringComparison.Ordinal);
        Assert.DoesNotContain("service=", form, StringComparison.Ordinal);
        Assert.Equal(status == 200 ? 0 : 1, Count("GET", "/token"));
        Assert.Equal(status == 200 ? "Bearer a" : "Bearer b", Server.Requests[^1].Headers["Authorization"]);
    }

    [Theory]
    [InlineData(User)]
    [InlineData("<token>")]
    public async Task What_repeats_the_password_is_quoted_without_it(string user)
    {
        SignIn(user);
        Server.RequireBearer(User, Password);
        var basic = Testing.SignIn.Basic(User, Password)["Basic ".Length..];
        Server.On(request => request.Path == "/token", Responses.Status(401, $"no such user {User}:{Password} {basic} in {new string('x', 270)} {Password}"));

        var error = await FailsAsync(DiagnosticCode.CredentialsRefused, () => Client.CheckPushAccessAsync(Repository, None));

        Assert.Contains($"no such user {User}:*** ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(basic, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_repeats_the_token_is_quoted_without_it()
    {
        SignIn();
        Server.RequireBearer(User, Password);
        Server.On("GET", "/token", Responses.Status(200, "{\"token\":\"t0ken\"}"));
        Server.On(request => request.Headers.Authorization == "Bearer t0ken", Responses.Status(403, "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"t0ken may not\"}]}"));

        var error = await FailsAsync(DiagnosticCode.CredentialsRefused, () => Client.CheckPushAccessAsync(Repository, None));

        Assert.Contains("(DENIED: *** may not)", error.Message, StringComparison.Ordinal);
    }
}
