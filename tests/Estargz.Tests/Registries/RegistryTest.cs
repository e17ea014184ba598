using Estargz.Images;
using Estargz.Registries;
using Estargz.Testing;

namespace Estargz.Tests.Registries;

/// <summary>A test registry, and a client for it that never really waits and has an environment of its own.</summary>
public abstract class RegistryTest : IAsyncLifetime
{
    protected const string Repository = "team/app";
    protected const string User = "ann";
    protected const string Password = "s3cret:päss";

    private readonly List<Registry> _clients = [];

    internal InstantTime Time { get; } = new();

    protected Dictionary<string, string> Variables { get; } = [];

    protected List<string> Warnings { get; } = [];

    protected TestRegistry Server { get; private set; } = null!;

    protected Registry Client { get; private set; } = null!;

    protected static CancellationToken None => CancellationToken.None;

    protected Reference Tag => new(Server.Host, Repository, "1.0", null);

    public virtual async Task InitializeAsync()
    {
        Server = await TestRegistry.StartAsync();
        Client = Connect(RegistryAccess.Push);
    }

    public virtual async Task DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        await Server.DisposeAsync();
    }

    protected RegistryOptions Options(RegistryAccess access = RegistryAccess.Push) => new()
    {
        Access = access,
        Environment = Variables.GetValueOrDefault,
        Time = Time,
        Warn = Warnings.Add,
    };

    /// <summary>Another client, which knows nothing of the first.</summary>
    protected Registry Connect(RegistryAccess access, string? host = null) => Connect(host ?? Server.Host, Options(access));

    /// <summary>Another client, which goes with the test.</summary>
    protected Registry Connect(string host, RegistryOptions options)
    {
        var client = new Registry(host, options);
        _clients.Add(client);
        return client;
    }

    /// <summary>Gives the client the right credentials.</summary>
    protected void SignIn(string user = User, string password = Password)
    {
        Variables["DOTNET_CONTAINER_REGISTRY_UNAME"] = user;
        Variables["DOTNET_CONTAINER_REGISTRY_PWORD"] = password;
    }

    protected Task<PushedBlob> PushAsync(byte[] bytes, string? mountFrom = null, Registry? client = null) =>
        (client ?? Client).PushBlobAsync(Repository, Sample.Describe(bytes), () => new MemoryStream(bytes), mountFrom, None);

    /// <summary>What fails with a code, and says nothing secret.</summary>
    protected static async Task<EstargzException> FailsAsync(string code, Func<Task> action)
    {
        var error = await Assert.ThrowsAsync<EstargzException>(action);
        Assert.Equal(code, error.Code);
        Assert.DoesNotContain(Password, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        return error;
    }

    /// <summary>The requests so far, as <c>METHOD path</c> with the parts that change from run to run left out.</summary>
    protected IReadOnlyList<string> Asked(string method) => [.. Server.Requests.Where(request => request.Method == method).Select(request => request.Path)];

    protected int Count(string method, string path) =>
        Server.Requests.Count(request => request.Method == method && request.Path.Contains(path, StringComparison.Ordinal));
}
