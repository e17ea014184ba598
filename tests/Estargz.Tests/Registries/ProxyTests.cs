using System.Net;
using Estargz.Registries;
using Estargz.Testing;

namespace Estargz.Tests.Registries;

/// <summary>A proxy is on a private network more often than not, and may be: the user chose it.</summary>
public sealed class ProxyTests : RegistryTest
{
    [Theory]
    [InlineData(502, "the proxy refuses to connect")]
    [InlineData(407, "the proxy refuses the credentials")]
    public async Task Proxy_is_asked_and_named_when_it_refuses(int status, string expected)
    {
        Server.On(request => request.Method == "CONNECT", Responses.Status(status));
        var client = Connect("registry.example", Options() with { Network = new Proxied(Server.Host) });

        var error = await FailsAsync(DiagnosticCode.RegistryUnreachable, () => client.GetManifestAsync(Tag, None));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal("registry.example:443", Server.Requests[0].Headers["Host"]);
        Assert.All(Server.Requests, request => Assert.Equal("CONNECT", request.Method));
    }

    [Fact]
    public async Task Registry_is_reached_through_a_proxy_without_looking_its_name_up()
    {
        Server.Storage.AddManifest(Repository, Sample.Index().MediaType, Sample.Index().Bytes.ToArray(), "1.0");
        await using var tunnel = Tunnel.To(Server.Host);
        Variables["DOTNET_CONTAINER_INSECURE_REGISTRIES"] = "registry.example";
        var client = Connect("registry.example", Options() with { Network = new Proxied(tunnel.Host) });

        Assert.Equal(Sample.Index().Digest, (await client.GetManifestAsync(Tag, None)).Digest);

        Assert.Equal("registry.example", Server.Requests[^1].Headers["Host"]);
    }

    private sealed class Proxied(string host) : Network
    {
        public override IWebProxy Proxy => new WebProxy($"http://{host}") { Credentials = new NetworkCredential("ann", Password) };

        public override Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct) =>
            host == "127.0.0.1" ? base.ResolveAsync(host, ct) : throw new InvalidOperationException($"looked {host} up");
    }
}
