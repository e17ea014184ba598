using System.Text;
using Estargz.Registries;
using Estargz.Testing;

namespace Estargz.Tests.Registries;

/// <summary>Signing in: who gets the credentials, when, and what happens if they are no good.</summary>
public sealed class AuthorizationTests : RegistryTest
{
    private readonly byte[] _bytes = Sample.Bytes(1000);

    private string Realm => $"http://{Server.Host}{Testing.SignIn.TokenPath}";

    [Fact]
    public async Task Basic_credentials_are_sent_once_asked_for()
    {
        SignIn();
        Server.RequireBasic(User, Password);

        await PushAsync(_bytes);

        Assert.DoesNotContain("Authorization", Server.Requests[0].Headers.Keys);
        Assert.All(Server.Requests.Skip(1), request =>
            Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")), request.Headers["Authorization"]));
    }

    [Fact]
    public async Task Credentials_are_not_looked_for_unless_asked_for()
    {
        var looked = new List<string>();
        var client = Connect(Server.Host, Options() with
        {
            Environment = name =>
            {
                looked.Add(name);
                return null;
            },
        });
        looked.Clear();

        await PushAsync(_bytes, client: client);

        Assert.Empty(looked);
    }

    [Fact]
    public async Task One_token_serves_a_repository()
    {
        SignIn();
        Server.RequireBearer(User, Password);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(seed => PushAsync(Sample.Bytes(100, seed))));
        await Client.PushManifestAsync(Repository, "1.0", Sample.Index(), None);

        var query = Assert.Single(Server.Requests, request => request.Path == Testing.SignIn.TokenPath).Query;
        Assert.Contains("scope=repository%3Ateam%2Fapp%3Apull%2Cpush", query, StringComparison.Ordinal);
        Assert.Contains("service=test", query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mount_asks_for_the_other_repository_too()
    {
        SignIn();
        Server.RequireBearer(User, Password);
        Server.Storage.AddBlob("base/image", _bytes);

        Assert.Equal(PushedBlob.Mounted, await PushAsync(_bytes, "base/image"));

        Assert.Contains(Server.Requests, request =>
            request.Query.Contains("scope=repository%3Ateam%2Fapp%3Apull%2Cpush&scope=repository%3Abase%2Fimage%3Apull", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mount_without_leave_becomes_an_upload()
    {
        SignIn();
        Server.RequireBearer(User, Password);
        Server.On(request => request.Query["scope"].Count == 2, Responses.Error(401, "UNAUTHORIZED"));

        Assert.Equal(PushedBlob.Uploaded, await PushAsync(_bytes, "base/image"));
    }

    [Fact]
    public async Task Token_that_expires_on_the_way_is_fetched_again_and_the_body_sent_again()
    {
        SignIn();
        Server.RequireBearer(User, Password);
        var rule = Server.On("PUT", "/uploads/", Responses.Status(401, headers: ("WWW-Authenticate", $"Bearer realm=\"{Realm}\",service=\"test\""))).Times(1);

        Assert.Equal(PushedBlob.Uploaded, await PushAsync(_bytes));

        Assert.Equal(2, rule.Matches);
        Assert.Equal(2, Count("GET", Testing.SignIn.TokenPath));
        Assert.Empty(Time.Waits);
    }

    [Fact]
    public async Task Old_token_is_replaced_before_the_registry_refuses_it()
    {
        Server.RequireBearer(User, Password);
        Server.Storage.AddManifest(Repository, Sample.Index().MediaType, Sample.Index().Bytes.ToArray(), "1.0");
        await Client.GetManifestAsync(Tag, None);
        await Client.GetManifestAsync(Tag, None);
        Assert.Equal(1, Count("GET", Testing.SignIn.TokenPath));

        Time.Advance(TimeSpan.FromSeconds(299));
        Server.Forget();
        await Client.GetManifestAsync(Tag, None);

        Assert.Equal(["/token", $"/v2/{Repository}/manifests/1.0"], Asked("GET"));
    }

    [Theory]
    [InlineData("Basic realm=\"x\"")]
    [InlineData("Bearer realm=\"REALM\"")]
    public async Task Second_401_is_an_error_that_names_the_source_of_the_credentials(string challenge)
    {
        SignIn();
        var rule = Server.On("POST", "/uploads/", Responses.Status(401,
            headers: ("WWW-Authenticate", challenge.Replace("REALM", Realm, StringComparison.Ordinal))));
        Server.On("GET", "/token", Responses.Status(200, "{\"token\":\"t0k3n\"}"));

        var error = await FailsAsync(DiagnosticCode.CredentialsRefused, () => Client.CheckPushAccessAsync(Repository, None));

        Assert.Contains("environment variable DOTNET_CONTAINER_REGISTRY_UNAME", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("t0k3n", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, rule.Matches);
    }

    [Fact]
    public async Task Wrong_password_at_the_token_server_is_an_error_before_any_work()
    {
        SignIn(password: "s3cret but wrong");
        Server.RequireBearer(User, Password);

        var error = await FailsAsync(DiagnosticCode.CredentialsRefused, () => Client.CheckPushAccessAsync(Repository, None));

        Assert.Contains("incorrect username or password", error.Message, StringComparison.Ordinal);
        Assert.Contains("DOTNET_CONTAINER_REGISTRY_UNAME", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_credentials_pulling_is_anonymous_and_pushing_tells_how_to_sign_in()
    {
        Server.RequireBearer(User, Password);
        Server.Storage.AddManifest(Repository, Sample.Index().MediaType, Sample.Index().Bytes.ToArray(), "1.0");

        await Client.GetManifestAsync(Tag, None);
        var error = await FailsAsync(DiagnosticCode.CredentialsMissing, () => Client.CheckPushAccessAsync(Repository, None));

        Assert.Contains($"docker login {Server.Host}", error.Message, StringComparison.Ordinal);
        Assert.Contains("DOTNET_CONTAINER_PUSH_REGISTRY_UNAME", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_clients_share_nothing()
    {
        SignIn();
        Server.RequireBasic(User, Password);
        await PushAsync(_bytes);

        SignIn("bob", "s3cret of bob");
        var second = Connect(RegistryAccess.Push);

        await FailsAsync(DiagnosticCode.CredentialsRefused, () => second.CheckPushAccessAsync(Repository, None));
        await Client.CheckPushAccessAsync(Repository, None);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Digest realm=\"x\"")]
    public async Task Challenge_that_nobody_can_answer_is_an_error(string challenge)
    {
        SignIn();
        Server.On("POST", "/uploads/", challenge.Length == 0 ? Responses.Status(401) : Responses.Status(401, headers: ("WWW-Authenticate", challenge)));

        await FailsAsync(DiagnosticCode.RegistryAnswer, () => Client.CheckPushAccessAsync(Repository, None));
    }

    [Fact]
    public async Task One_of_several_challenges_is_answered()
    {
        SignIn();
        Server.RequireBasic(User, Password);
        Server.On(request => !request.Headers.ContainsKey("Authorization"),
            Responses.Status(401, headers: [("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "Basic realm=\"x\", Digest qop=\"auth\"")]));

        await Client.CheckPushAccessAsync(Repository, None);
    }

    [Theory]
    [InlineData("/token")]
    [InlineData("ftp://example.org/token")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://u:p@127.0.0.1/token")]
    [InlineData("")]
    public async Task Realm_that_is_no_realm_gets_nothing(string realm)
    {
        var looked = new List<string>();
        var client = Connect(Server.Host, Options() with
        {
            Environment = name =>
            {
                looked.Add(name);
                return null;
            },
        });
        looked.Clear();
        Server.On("POST", "/uploads/", Responses.Status(401, headers: ("WWW-Authenticate", $"Bearer realm=\"{realm}\"")));

        await FailsAsync(DiagnosticCode.UntrustedTarget, () => client.CheckPushAccessAsync(Repository, None));

        Assert.Empty(looked);
    }

    [Fact]
    public async Task Forbidden_is_an_error_with_the_registrys_reason()
    {
        SignIn();
        Server.RequireBasic(User, Password);
        Server.On("POST", "/uploads/", Responses.Error(403, "DENIED", "read only until May"));

        var error = await FailsAsync(DiagnosticCode.CredentialsRefused, () => Client.CheckPushAccessAsync(Repository, None));

        Assert.Contains("read only until May", error.Message, StringComparison.Ordinal);
    }
}
