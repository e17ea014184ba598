using System.Text;
using CsCheck;
using Estargz.Registries;

namespace Estargz.Tests.Registries;

/// <summary>Which credentials are found, and where.</summary>
public sealed class CredentialLookupTests : IDisposable
{
    private const string Host = "reg.example:5000";

    private static readonly string[] Pieces = ["\\ud800", "\"", "{", "}", "[", ":", ",", "null", "1e999", "\\u0000", "//"];

    private readonly string _folder = Directory.CreateTempSubdirectory("lookup-").FullName;
    private readonly Dictionary<string, string> _variables = [];

    public CredentialLookupTests() => _variables["HOME"] = _folder;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(RegistryAccess.Push, "PUSH", "push")]
    [InlineData(RegistryAccess.Push, "PULL", "any")]
    [InlineData(RegistryAccess.Pull, "PULL", "pull")]
    [InlineData(RegistryAccess.Pull, "PUSH", null)]
    [InlineData(RegistryAccess.PullFromOutput, "PULL", "pull")]
    [InlineData(RegistryAccess.PullFromOutput, "PUSH", "any")]
    [InlineData(RegistryAccess.Other, "PULL", null)]
    [InlineData(RegistryAccess.Other, "PUSH", null)]
    public async Task Variables_apply_as_in_the_sdk(RegistryAccess access, string pair, string? user)
    {
        Set("SDK_CONTAINER_REGISTRY", "old");
        Set("DOTNET_CONTAINER_REGISTRY", "any");
        Set($"DOTNET_CONTAINER_{pair}_REGISTRY", pair == "PUSH" ? "push" : "pull");

        Assert.Equal(user, (await FindAsync(access))?.UserName);
    }

    [Fact]
    public async Task Old_name_of_the_variables_still_counts()
    {
        Set("SDK_CONTAINER_REGISTRY", "old");

        Assert.Equal("old", (await FindAsync(RegistryAccess.Push))?.UserName);
    }

    [Fact]
    public async Task Half_a_pair_is_an_error()
    {
        _variables["DOTNET_CONTAINER_PUSH_REGISTRY_UNAME"] = "ann";

        var error = await Assert.ThrowsAsync<EstargzException>(() => FindAsync(RegistryAccess.Push));

        Assert.Equal(DiagnosticCode.CredentialsUnreadable, error.Code);
        Assert.Contains("DOTNET_CONTAINER_PUSH_REGISTRY_PWORD is not", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_read_in_order_and_a_miss_goes_on_to_the_next()
    {
        _variables["XDG_RUNTIME_DIR"] = Path.Combine(_folder, "run");
        _variables["XDG_CONFIG_HOME"] = Path.Combine(_folder, "xdg");
        _variables["DOCKER_CONFIG"] = Path.Combine(_folder, "docker");
        Write("docker/config.json", Auths(Host, "from-docker"));
        Write(".docker/config.json", Auths(Host, "from-home"));
        Assert.Equal("from-docker", (await FindAsync())?.UserName);

        Write("run/containers/auth.json", Auths("other.example", "x"));
        Assert.Equal("from-docker", (await FindAsync())?.UserName);

        Write("xdg/containers/auth.json", Auths(Host, "from-podman"));
        Assert.Equal("from-podman", (await FindAsync())?.UserName);

        Write("run/containers/auth.json", Auths(Host, "from-run"));
        Assert.Equal("from-run", (await FindAsync())?.UserName);

        _variables["REGISTRY_AUTH_FILE"] = Write("only.json", "{}");
        Assert.Null(await FindAsync());
    }

    [Fact]
    public async Task Home_has_the_last_file()
    {
        var path = Write(".docker/config.json", Auths(Host, "ann"));

        var found = await FindAsync();

        Assert.Equal(("ann", "s3cret:x", false), (found!.UserName, found.Secret, found.IsIdentityToken));
        Assert.Equal($"'{path}'", found.Source);
        Assert.DoesNotContain("s3cret", found.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://reg.example:5000/v1/", Host, "a/b")]
    [InlineData("http://REG.example:5000/v2/", Host, "a/b")]
    [InlineData("https://reg.example:5000/v1/users/", Host, "a/b")]
    [InlineData("https://reg.example:5000/other", Host, "a/b")]
    [InlineData("reg.example:5000/", Host, "a/b")]
    [InlineData("reg.example:443", "reg.example", "a/b")]
    [InlineData("reg.example:5000/a", Host, "a/b")]
    [InlineData("reg.example:5000/a/b", Host, "a/b")]
    [InlineData("https://index.docker.io/v1/", "docker.io", "library/nginx")]
    [InlineData("docker.io", "docker.io", "library/nginx")]
    [InlineData("registry-1.docker.io", "docker.io", "library/nginx")]
    public async Task Key_matches(string key, string host, string repository)
    {
        Write(".docker/config.json", Auths(key, "ann"));

        Assert.Equal("ann", (await FindAsync(host: host, repository: repository))?.UserName);
    }

    [Theory]
    [InlineData("reg.example", Host, "a/b")]
    [InlineData("evil-reg.example:5000", Host, "a/b")]
    [InlineData("reg.example:5000/a/bc", Host, "a/b")]
    [InlineData("reg.example:5000/A", Host, "a/b")]
    public async Task Key_does_not_match(string key, string host, string repository)
    {
        Write(".docker/config.json", Auths(key, "ann"));

        Assert.Null(await FindAsync(host: host, repository: repository));
    }

    [Fact]
    public async Task Longest_path_wins()
    {
        Write(".docker/config.json", Config(Entry(Host, "all"), Entry(Host + "/a/b", "ab"), Entry(Host + "/a", "a")));

        Assert.Equal("ab", (await FindAsync(repository: "a/b/c"))?.UserName);
        Assert.Equal("a", (await FindAsync(repository: "a/x"))?.UserName);
        Assert.Equal("all", (await FindAsync(repository: "x"))?.UserName);
    }

    [Theory]
    [InlineData("{\"identitytoken\":\"t\",\"auth\":\"YTo=\"}", "a", "t", true)]
    [InlineData("{\"identitytoken\":\"t\",\"auth\":\"?\"}", "", "t", true)]
    [InlineData("{\"username\":\"u\",\"password\":\"p\"}", "u", "p", false)]
    [InlineData("{\"auth\":\"dTpww6RzczpzOncA\"}", "u", "päss:s:w", false)]
    public async Task Entry_is_understood(string entry, string user, string secret, bool isToken)
    {
        Write(".docker/config.json", Config($"\"{Host}\":{entry}"));

        var found = await FindAsync();

        Assert.Equal((user, secret, isToken), (found!.UserName, found.Secret, found.IsIdentityToken));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t")]
    [InlineData("\ufeff")]
    [InlineData("{}")]
    [InlineData("{\"auths\":null}")]
    [InlineData("{\"auths\":{\"reg.example:5000\":{}}}")]
    [InlineData("{\"auths\":{\"reg.example:5000\":7,\"x\":null},\"credHelpers\":[],\"credsStore\":7}")]
    public async Task File_without_credentials_is_a_miss(string text)
    {
        Write(".docker/config.json", text);

        Assert.Null(await FindAsync());
    }

    [Fact]
    public async Task Byte_order_mark_is_no_obstacle()
    {
        Write(".docker/config.json", "\ufeff" + Auths(Host, "ann"));

        Assert.Equal("ann", (await FindAsync())?.UserName);
    }

    [Theory]
    [InlineData("{\n  \"auths\": {\n    oops s3cret", "line 3")]
    [InlineData("[]", "not a JSON object")]
    public async Task Broken_file_is_an_error_with_its_place(string text, string expected)
    {
        var path = Write(".docker/config.json", text);

        var error = await Assert.ThrowsAsync<EstargzException>(() => FindAsync());

        Assert.Equal(DiagnosticCode.CredentialsUnreadable, error.Code);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("???")]
    [InlineData("bm8gY29sb24=")]
    [InlineData("Om5vIHVzZXI=")]
    public async Task Broken_entry_is_an_error_only_for_its_registry(string auth)
    {
        Write(".docker/config.json", Config($"\"{Host}\":{{\"auth\":\"{auth}\"}}", Entry("good.example", "ann")));

        Assert.Equal("ann", (await FindAsync(host: "good.example"))?.UserName);
        var error = await Assert.ThrowsAsync<EstargzException>(() => FindAsync());
        Assert.Equal(DiagnosticCode.CredentialsUnreadable, error.Code);
        Assert.Contains(Host, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_and_oversized_file_are_errors()
    {
        Directory.CreateDirectory(Path.Combine(_folder, ".docker", "config.json"));
        Assert.Contains("folder", (await Assert.ThrowsAsync<EstargzException>(() => FindAsync())).Message, StringComparison.Ordinal);

        _variables["REGISTRY_AUTH_FILE"] = Write("big.json", new string(' ', 1024 * 1024 + 1));
        Assert.Contains("1 MiB", (await Assert.ThrowsAsync<EstargzException>(() => FindAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_file_is_credentials_or_a_miss_or_an_error_with_a_code() =>
        Gen.Select(Gen.Int[0, 200], Gen.OneOf(Gen.String, Gen.Int[0, Pieces.Length - 1].Select(piece => Pieces[piece])), Gen.Int[0, 20]).Sample((at, insert, cut) =>
        {
            var text = Config(Entry(Host, "ann"), Entry("other.example", "bob"))[..^1] + ",\"credsStore\":\"\"}";
            at = Math.Min(at, text.Length);
            var path = Write($"{Guid.NewGuid():N}.json", text[..at] + insert + text[Math.Min(text.Length, at + cut)..]);
            try
            {
                DockerConfig.Read(path)?.FindAsync(Host, "a/b", (_, _, _) => Task.FromResult<Credentials?>(null), CancellationToken.None).GetAwaiter().GetResult();
            }
            catch (EstargzException e)
            {
                Assert.Equal(DiagnosticCode.CredentialsUnreadable, e.Code);
            }
            finally
            {
                File.Delete(path);
            }
        }, iter: 2000);

    private static string Auths(string key, string user) => Config(Entry(key, user));

    private static string Config(params string[] entries) => "{\"auths\":{" + string.Join(',', entries) + "}}";

    private static string Entry(string key, string user) =>
        $"\"{key}\":{{\"auth\":\"{Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:s3cret:x"))}\"}}";

    private void Set(string prefix, string user)
    {
        _variables[prefix + "_UNAME"] = user;
        _variables[prefix + "_PWORD"] = "s3cret";
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private Task<Credentials?> FindAsync(RegistryAccess access = RegistryAccess.Push, string host = Host, string repository = "a/b") =>
        new CredentialLookup(host, new() { Access = access, Environment = _variables.GetValueOrDefault }).FindAsync(repository, CancellationToken.None);
}
