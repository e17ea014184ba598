using Estargz.Registries;

namespace Estargz.Tests.Registries;

/// <summary>Programs that keep secrets, well and badly behaved. They are shell scripts, so these tests need a Unix.</summary>
public sealed class CredentialHelperTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("helper-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [UnixFact]
    public async Task Helper_is_asked_on_its_standard_input()
    {
        Script("cat > asked; echo \"$@\" > arguments; echo '{\"ServerURL\":\"x\",\"Username\":\"ann\",\"Secret\":\"s3cret\"}'");

        var found = await GetAsync();

        Assert.Equal(("ann", "s3cret", "credential helper docker-credential-test"), (found!.UserName, found.Secret, found.Source));
        Assert.Equal("reg.example", await File.ReadAllTextAsync(Path.Combine(_folder, "asked")));
        Assert.Equal("get\n", await File.ReadAllTextAsync(Path.Combine(_folder, "arguments")));
    }

    [UnixFact]
    public async Task Token_user_is_an_identity_token()
    {
        Script("echo '{\"Username\":\"<token>\",\"Secret\":\"s3cret\"}'");

        Assert.True((await GetAsync())!.IsIdentityToken);
    }

    [UnixFact]
    public async Task Not_found_and_nothing_are_misses()
    {
        Script("echo 'credentials not found in native keychain'; exit 1");
        Assert.Null(await GetAsync());

        Script("echo '{\"Username\":\"\",\"Secret\":\"\"}'");
        Assert.Null(await GetAsync());
    }

    [UnixTheory]
    [InlineData("echo s3cret; echo 'keychain is locked' >&2; echo 'and more' >&2; exit 3", "ended with 3 (keychain is locked).")]
    [InlineData("printf '\\n a\\033[31mb\\n' >&2; exit 3", "ended with 3 (a [31mb).")]
    [InlineData("echo s3cret; exit 3", "ended with 3.")]
    [InlineData("echo s3cret; sleep 20 & exit 3", "ended with 3.")]
    [InlineData("echo '{\"Secret\":\"s3cret\"}'; exit 1", "ended with 1.")]
    [InlineData("echo s3cret", "printed something else")]
    [InlineData("echo '{\"Username\":\"ann\"}'", "printed something else")]
    [InlineData("head -c 10000000 /dev/zero", "printed more than 64 KiB")]
    [InlineData("head -c 10000000 /dev/zero | tr '\\0' x >&2; exit 1", "ended with 1 (xxx")]
    public async Task Failure_is_told_without_the_secret(string script, string expected)
    {
        Script(script);

        var error = await Assert.ThrowsAsync<EstargzException>(() => GetAsync());

        Assert.Equal(DiagnosticCode.CredentialHelper, error.Code);
        Assert.Contains("docker-credential-test " + expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [UnixTheory]
    [InlineData("sleep 20 2>/dev/null & ")]
    [InlineData("sleep 20 >/dev/null & ")]
    [InlineData("sleep 20 & ")]
    [InlineData("head -c 10000000 /dev/zero >&2; ")]
    [InlineData("echo '{' >&2; ")]
    public async Task Answer_counts_whatever_else_is_said_or_left_running(string first)
    {
        Script(first + "echo '{\"Username\":\"ann\",'; echo '\"Secret\":\"s3cret\"}'");
        var start = System.Diagnostics.Stopwatch.StartNew();

        Assert.Equal("ann", (await GetAsync())!.UserName);
        Assert.True(start.Elapsed < TimeSpan.FromSeconds(15));
    }

    [UnixFact]
    public async Task Helper_that_hangs_is_ended()
    {
        Script("echo $$ > pid; exec sleep 1000");

        var error = await Assert.ThrowsAsync<EstargzException>(() => GetAsync(time: new OnceWritten(Path.Combine(_folder, "pid"))));

        Assert.Contains("within 30 s", error.Message, StringComparison.Ordinal);
        var pid = await File.ReadAllTextAsync(Path.Combine(_folder, "pid"));
        Assert.False(IsRunning(pid.Trim()));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("-x")]
    [InlineData("")]
    [InlineData("a\\b")]
    public async Task Name_that_is_a_path_is_refused(string name)
    {
        var error = await Assert.ThrowsAsync<EstargzException>(() => GetAsync(name));

        Assert.Equal(DiagnosticCode.CredentialHelper, error.Code);
        Assert.Contains("not allowed", error.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task Helper_is_found_on_path_only()
    {
        var error = await Assert.ThrowsAsync<EstargzException>(() => GetAsync("missing"));
        Assert.Contains("docker-credential-missing is not on PATH", error.Message, StringComparison.Ordinal);

        // A relative entry of PATH is the build's folder in disguise.
        Script("echo '{}'");
        var here = Directory.GetCurrentDirectory();
        await Assert.ThrowsAsync<EstargzException>(() => GetAsync(path: Path.GetRelativePath(here, _folder)));
    }

    [UnixFact]
    public async Task Configuration_uses_the_helper_of_the_registry_then_the_store_then_itself()
    {
        Script("echo '{\"Username\":\"one\",\"Secret\":\"s\"}'", "one");
        Script("echo '{\"Username\":\"all\",\"Secret\":\"s\"}'", "all");
        Script("echo 'credentials not found in native keychain'; exit 1", "none");
        Assert.Equal("one", await UserAsync("""{"credHelpers":{"reg.example":"one"},"credsStore":"all"}"""));
        Assert.Equal("all", await UserAsync("""{"credHelpers":{"other.example":"one"},"credsStore":"all"}"""));
        Assert.Equal("all", await UserAsync("""{"credHelpers":{"reg.example":"none"},"credsStore":"all"}"""));
        Assert.Equal("file", await UserAsync("""{"credsStore":"none","auths":{"reg.example":{"auth":"ZmlsZTpz"}}}"""));
        Assert.Null(await UserAsync("""{"credsStore":"none","auths":{"reg.example":{}}}"""));
    }

    private static bool IsRunning(string pid)
    {
        // A process that was ended may stay a zombie until its parent looks.
        var status = $"/proc/{pid}/stat";
        return File.Exists(status) && !File.ReadAllText(status).Contains(") Z ", StringComparison.Ordinal);
    }

    private async Task<string?> UserAsync(string config)
    {
        var path = Path.Combine(_folder, "config.json");
        await File.WriteAllTextAsync(path, config);
        var variables = new Dictionary<string, string> { ["REGISTRY_AUTH_FILE"] = path, ["PATH"] = _folder };
        return (await new CredentialLookup("reg.example", new() { Environment = variables.GetValueOrDefault }).FindAsync("a", CancellationToken.None))?.UserName;
    }

    private Task<Credentials?> GetAsync(string name = "test", string? path = null, TimeProvider? time = null) =>
        new CredentialHelper(name, new()
        {
            Environment = variable => variable == "PATH" ? path ?? _folder : null,
            Time = time ?? TimeProvider.System,
        }).GetAsync("reg.example", CancellationToken.None);

    private void Script(string text, string name = "test")
    {
        var path = Path.Combine(_folder, $"docker-credential-{name}");
        File.WriteAllText(path, $"#!/bin/sh\ncd '{_folder}'\n{text}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>A clock by which every time is up once a program has written a file.</summary>
    private sealed class OnceWritten(string path) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(
                _ =>
                {
                    if (File.Exists(path) && new FileInfo(path).Length > 0)
                    {
                        callback(state);
                    }
                },
                null,
                TimeSpan.Zero,
                TimeSpan.FromMilliseconds(10));
    }
}
