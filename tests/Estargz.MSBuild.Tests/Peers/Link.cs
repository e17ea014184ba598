using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>
/// A proxy before a registry that counts and records what passes, and can be as slow as a distant network
/// (<c>tests/peers/link</c>). Clients that are measured pull through it.
/// </summary>
public sealed class Link : IAsyncDisposable
{
    private readonly Daemon _daemon;
    private readonly HttpClient _control;

    private Link(Daemon daemon)
    {
        var addresses = JsonDocument.Parse(daemon.Log).RootElement;
        _daemon = daemon;
        _control = new HttpClient { BaseAddress = new Uri("http://" + addresses.GetProperty("control").GetString()) };
        Host = addresses.GetProperty("link").GetString()!;
    }

    /// <summary>Host and port; takes the place of the registry's in a reference.</summary>
    public string Host { get; }

    /// <summary>Starts a link before a registry.</summary>
    public static async Task<Link> StartAsync(DockerRegistry registry) => new(
        await Daemon.StartAsync(GoProgram.Path("link"), ["-registry", "http://" + registry.Host], link => Task.FromResult(link.Log.Contains('\n', StringComparison.Ordinal))));

    /// <summary>Forgets everything counted so far.</summary>
    public async Task ResetAsync() => await _control.GetStringAsync(new Uri("/reset", UriKind.Relative));

    /// <summary>Makes the network slow.</summary>
    /// <param name="roundTrip">Delay of each request, and of each new connection.</param>
    /// <param name="megabits">Bandwidth of all connections together, Mbit/s; 0 = unlimited.</param>
    public async Task ShapeAsync(TimeSpan roundTrip, double megabits) =>
        await _control.GetStringAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"/shape?rtt={roundTrip.TotalMilliseconds}&mbit={megabits}"), UriKind.Relative));

    /// <summary>What was counted, requests and bytes that are still on their way included.</summary>
    public async Task<LinkTotals> TotalsAsync() =>
        (await _control.GetFromJsonAsync<LinkTotals>(new Uri("/stats", UriKind.Relative), JsonSerializerOptions.Web))!;

    /// <summary>Every finished request, in the order in which they finished.</summary>
    public async Task<IReadOnlyList<LinkRequest>> RequestsAsync() =>
        [.. (await _control.GetStringAsync(new Uri("/requests", UriKind.Relative))).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<LinkRequest>(line, JsonSerializerOptions.Web)!)];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        await _daemon.DisposeAsync();
    }
}
