using System.Diagnostics;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>The first good answer of a server that is starting.</summary>
public static class HttpAnswer
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero }) { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Whether the server answers at all, with whatever status.</summary>
    public static async Task<bool> ExistsAsync(string url)
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri(url));
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Asks until the status is 200, and returns the body.</summary>
    /// <param name="url">What to ask for.</param>
    /// <param name="patience">How long to ask.</param>
    /// <exception cref="TimeoutException">There was no such answer in time.</exception>
    public static async Task<string> FirstAsync(string url, TimeSpan patience)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < patience; await Task.Delay(5))
        {
            try
            {
                using var answer = await Http.GetAsync(new Uri(url));
                if (answer.IsSuccessStatusCode)
                {
                    return await answer.Content.ReadAsStringAsync();
                }
            }
            catch (HttpRequestException)
            {
                // Nobody listens yet.
            }
        }

        throw new TimeoutException($"{url} did not answer with 200 in {patience.TotalSeconds} seconds.");
    }
}
