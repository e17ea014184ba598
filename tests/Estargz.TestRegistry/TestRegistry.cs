using System.Collections.Concurrent;
using System.Net;

namespace Estargz.Testing;

/// <summary>
/// A registry as the OCI distribution specification describes it, which also misbehaves on command: see
/// <see cref="On(Func{HttpRequest, bool}, Respond)"/>.
/// </summary>
public sealed class TestRegistry : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly string? _temporary;
    private readonly ConcurrentQueue<RecordedRequest> _requests = [];
    private readonly List<Rule> _rules = [];

    private TestRegistry(TestRegistryOptions options)
    {
        _temporary = options.Folder is null ? Directory.CreateTempSubdirectory("registry-").FullName : null;
        Storage = new(options.Folder ?? _temporary!);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        if (options.Certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen =>
            {
                if (options.Certificate is { } certificate)
                {
                    listen.UseHttps(certificate);
                }
            });
        });
        _application = builder.Build();
        _application.Run(HandleAsync);
    }

    /// <summary><c>127.0.0.1:PORT</c>.</summary>
    public string Host { get; private set; } = "";

    /// <summary>What is stored.</summary>
    public Storage Storage { get; }

    /// <summary>What was asked, in the order of arrival.</summary>
    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    public static async Task<TestRegistry> StartAsync(TestRegistryOptions? options = null)
    {
        var registry = new TestRegistry(options ?? new());
        await registry._application.StartAsync();
        registry.Host = new Uri(registry._application.Urls.Single()).Authority;
        return registry;
    }

    /// <summary>Answers matching requests in another way. Rules made later see a request first.</summary>
    public Rule On(Func<HttpRequest, bool> predicate, Respond respond)
    {
        var rule = new Rule(predicate, respond);
        lock (_rules)
        {
            _rules.Insert(0, rule);
        }

        return rule;
    }

    /// <summary>Answers requests of a method, to a path that contains a text, in another way.</summary>
    public Rule On(string method, string path, Respond respond) =>
        On(request => request.Method == method && request.Path.Value!.Contains(path, StringComparison.Ordinal), respond);

    /// <summary>Forgets all recorded requests.</summary>
    public void Forget() => _requests.Clear();

    public async ValueTask DisposeAsync()
    {
        using (var now = new CancellationTokenSource())
        {
            // Requests that hang on purpose are not waited for.
            await now.CancelAsync();
            await _application.StopAsync(now.Token);
        }

        await _application.DisposeAsync();
        if (_temporary is not null)
        {
            Directory.Delete(_temporary, recursive: true);
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        var record = RecordedRequest.Begin(context.Request);
        _requests.Enqueue(record);
        context.Request.Body = new RecordingStream(context.Request.Body, record);
        Rule[] rules;
        lock (_rules)
        {
            rules = [.. _rules];
        }

        try
        {
            await AnswerAsync(context, rules);
        }
        catch (RegistryException failure) when (!context.Response.HasStarted)
        {
            await failure.WriteAsync(context.Response);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client went away.
            context.Abort();
        }

        record.Status = context.Response.StatusCode;
    }

    /// <summary>The first rule that applies answers; what comes after it is for the rest of the rules.</summary>
    private Task AnswerAsync(HttpContext context, ReadOnlyMemory<Rule> rules)
    {
        for (; rules.Length > 0; rules = rules[1..])
        {
            if (rules.Span[0] is var rule && rule.Applies(context.Request))
            {
                var rest = rules[1..];
                return rule.Respond(context, () => AnswerAsync(context, rest));
            }
        }

        return Distribution.AnswerAsync(context, Storage);
    }
}
