using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Estargz.MSBuild.Tests.Peers;

[Trait("Category", "Real")]
public sealed class DockerRegistryTests
{
    [Requires("docker-registry")]
    public async Task A_registry_with_authentication_wants_user_and_password()
    {
        await using var registry = await DockerRegistry.StartAsync(authentication: true);
        using var http = new HttpClient();
        var url = new Uri($"http://{registry.Host}/v2/");

        using var anonymous = await http.GetAsync(url);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{DockerRegistry.User}:{DockerRegistry.Password}")));
        using var known = await http.GetAsync(url);

        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        Assert.Contains(registry.Requests, request => request is { Method: "GET", Path: "/v2/", Status: 401 });
    }

    [Requires("docker-registry", "peers")]
    public async Task A_link_counts_what_passes_it()
    {
        await using var registry = await DockerRegistry.StartAsync();
        await using var link = await Link.StartAsync(registry);
        using var http = new HttpClient();
        var upload = new Uri($"http://{link.Host}/v2/some/app/blobs/uploads/");

        using var start = await http.PostAsync(upload, null);
        Assert.Equal(link.Host, start.Headers.Location!.Authority);
        await link.ResetAsync();
        var digest = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // of "abc"
        using var stored = await http.PutAsync(new Uri($"{start.Headers.Location}&digest={digest}"), new StringContent("abc"));
        using var range = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{link.Host}/v2/some/app/blobs/{digest}")) { Headers = { Range = new RangeHeaderValue(1, 2) } };
        using var part = await http.SendAsync(range);

        Assert.Equal("bc", await part.Content.ReadAsStringAsync());
        Assert.Equal(new LinkTotals(0, 2, 3, 2), await link.TotalsAsync());
        Assert.Equal(new LinkRequest("GET", $"/v2/some/app/blobs/{digest}", "bytes=1-2", 206, 0, 2), (await link.RequestsAsync())[1]);
    }
}
