using System.Net;
using System.Numerics;
using Estargz.Registries;
using Estargz.Testing;

namespace Estargz.Tests.Registries;

/// <summary>A registry on the internet must not be able to send a build machine into its own network.</summary>
public sealed class PrivateNetworkTests : RegistryTest
{
    private readonly byte[] _bytes = Sample.Bytes(100);
    private Registry _client = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        int port = new Uri($"http://{Server.Host}").Port;
        Variables["DOTNET_CONTAINER_INSECURE_REGISTRIES"] = $"other.example; registry.example:{port}";
        SignIn();
        _client = Connect($"registry.example:{port}", Options() with { Network = new Internet() });
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://[::ffff:10.0.0.1]/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[64:ff9b::7f00:1]/")]
    [InlineData("http://localhost./")]
    [InlineData("http://x.localhost/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://127.1/")]
    [InlineData("//10.1.2.3/x")]
    [InlineData("http://internal.example/")]
    public async Task Redirect_and_session_and_realm_in_the_private_network_are_refused(string target)
    {
        Server.On("GET", "/blobs/", Responses.Redirect(target));
        Server.On("POST", "/uploads/", Responses.Status(202, headers: ("Location", target)));
        await FailsAsync(DiagnosticCode.UntrustedTarget, () => _client.GetBlobAsync(Repository, Sample.Describe(_bytes), 1000, None));
        await FailsAsync(DiagnosticCode.UntrustedTarget, () => PushAsync(_bytes, client: _client));

        Server.On("GET", "/manifests/", Responses.Status(401, headers: ("WWW-Authenticate", $"Bearer realm=\"{target.Replace("//10", "http://10", StringComparison.Ordinal)}\"")));
        await FailsAsync(DiagnosticCode.UntrustedTarget, () => _client.GetManifestAsync(Tag, None));
    }

    [Theory]
    [InlineData("http://127。0。0。1/", true)]
    [InlineData("http://LOCALHOST/", true)]
    [InlineData("http://localhost.example/", false)]
    [InlineData("http://8.8.8.8/", false)]
    public void Private_spellings_are_known(string url, bool isPrivate) =>
        Assert.Equal(isPrivate, PrivateAddress.IsSpelledBy(new(url)));

    [Fact]
    public async Task Redirect_to_another_public_host_is_followed()
    {
        Server.Storage.AddBlob(Repository, _bytes);
        var blob = Sample.Describe(_bytes);
        Server.On(request => request.Host.Host == "registry.example" && request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal),
            Responses.Redirect($"http://cdn.example:{new Uri($"http://{Server.Host}").Port}/v2/{Repository}/blobs/{blob.Digest}"));

        Assert.Equal(_bytes, (await _client.GetBlobAsync(Repository, blob, 1000, None)).Bytes.ToArray());
    }

    [Fact]
    public async Task Unknown_host_is_an_error_after_two_tries()
    {
        var client = Connect("missing.example", Options() with { Network = new Internet() });

        var error = await FailsAsync(DiagnosticCode.RegistryUnreachable, () => client.GetManifestAsync(Tag, None));

        Assert.Contains("'missing.example' cannot be reached: there is no such host name", error.Message, StringComparison.Ordinal);
        Assert.Single(Time.Waits);
    }

    [Fact]
    public async Task Registry_that_nobody_listed_is_never_spoken_to_without_encryption()
    {
        Variables.Clear();
        var client = Connect(_client.Host, Options() with { Network = new Internet() });

        var error = await FailsAsync(DiagnosticCode.RegistryUnreachable, () => client.GetManifestAsync(Tag, None));

        Assert.Contains("DOTNET_CONTAINER_INSECURE_REGISTRIES", error.Message, StringComparison.Ordinal);
        Assert.Empty(Server.Requests);
    }

    [Theory]
    [InlineData("0.0.0.0/8"), InlineData("10.0.0.0/8"), InlineData("100.64.0.0/10"), InlineData("127.0.0.0/8"), InlineData("169.254.0.0/16")]
    [InlineData("172.16.0.0/12"), InlineData("192.0.0.0/24"), InlineData("192.168.0.0/16"), InlineData("198.18.0.0/15"), InlineData("224.0.0.0/3")]
    [InlineData("::/127"), InlineData("fc00::/7")]
    public void A_private_network_begins_and_ends_where_it_should(string text)
    {
        var network = IPNetwork.Parse(text);
        var first = new BigInteger(network.BaseAddress.GetAddressBytes(), isUnsigned: true, isBigEndian: true);
        int size = network.BaseAddress.GetAddressBytes().Length;
        var count = BigInteger.One << ((8 * size) - network.PrefixLength);

        Assert.Equal([false, true, true, false], new[] { first - 1, first, first + count - 1, first + count }.Select(IsPrivate));

        // What is before the first address, or behind the last, is not there, and not private.
        bool IsPrivate(BigInteger address)
        {
            var bytes = new byte[size];
            return address >= 0 && address < BigInteger.One << (8 * size)
                && PrivateAddress.Contains(new IPAddress([.. bytes[address.GetByteCount(isUnsigned: true)..], .. address.ToByteArray(isUnsigned: true, isBigEndian: true)]));
        }
    }

    [Theory]
    [InlineData("8.8.8.8", false)]
    [InlineData("172.15.0.1", false)]
    [InlineData("172.16.0.1", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("192.168.1.1", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("::", true)]
    [InlineData("::1", true)]
    [InlineData("fe7f:ffff::1", false)]
    [InlineData("fe80::1", true)]
    [InlineData("fec0::1", true)]
    [InlineData("ff02::1", true)]
    [InlineData("fd00:ec2::254", true)]
    [InlineData("2002:7f00:1::", true)]
    [InlineData("::ffff:8.8.8.8", false)]
    [InlineData("2001:4860:4860::8888", false)]
    public void Private_addresses_are_known(string address, bool isPrivate) =>
        Assert.Equal(isPrivate, PrivateAddress.Contains(IPAddress.Parse(address)));

    /// <summary>Names under .example have public addresses, but for one; all of them are this machine.</summary>
    private sealed class Internet : Network
    {
        public override Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct) => host switch
        {
            "missing.example" => throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound),
            "internal.example" => Task.FromResult<IPAddress[]>([IPAddress.Parse("10.9.8.7")]),
            _ when host.EndsWith(".example", StringComparison.Ordinal) => Task.FromResult<IPAddress[]>([IPAddress.Parse("203.0.113.5")]),
            _ => base.ResolveAsync(host, ct),
        };

        public override Task<Stream> ConnectAsync(IPEndPoint endpoint, CancellationToken ct) =>
            base.ConnectAsync(new(IPAddress.Loopback, endpoint.Port), ct);
    }
}
