using Estargz.Images;
using Estargz.Registries;

namespace Estargz.Tests.Registries;

/// <summary>The client against the registry that most others descend from.</summary>
public sealed class DebianRegistryTests
{
    private const string Repository = "team/app";

    /// <summary>User <c>ann</c>, password <c>s3cret:päss</c>.</summary>
    private const string Htpasswd = "ann:$2y$05$Xq1h0Jd7sKq3b5oYw9ZtUe68SQ6nzsb8uDrQJ/eZ8ExmxjhvNPOeu";

    private readonly byte[] _layer = Sample.Bytes(3_000_000);
    private readonly byte[] _config = Sample.Bytes(100, 2);
    private readonly Dictionary<string, string> _variables = [];

    [DebianRegistryFact]
    public async Task Image_is_pushed_and_read_back()
    {
        await using var server = await DebianRegistry.StartAsync();
        using var client = Connect(server);

        await RoundTripAsync(client, server.Host);
    }

    [DebianRegistryFact]
    public async Task Image_is_pushed_in_chunks()
    {
        _variables["DOTNET_CONTAINER_DEBUG_REGISTRY_FORCE_CHUNKED_UPLOAD"] = "true";
        _variables["DOTNET_CONTAINER_REGISTRY_CHUNKED_UPLOAD_SIZE_BYTES"] = "1000000";
        await using var server = await DebianRegistry.StartAsync();
        using var client = Connect(server);

        await RoundTripAsync(client, server.Host);
    }

    [DebianRegistryFact]
    public async Task Image_is_pushed_with_a_password()
    {
        _variables["DOTNET_CONTAINER_PUSH_REGISTRY_UNAME"] = "ann";
        _variables["DOTNET_CONTAINER_PUSH_REGISTRY_PWORD"] = "s3cret:päss";
        await using var server = await DebianRegistry.StartAsync(Htpasswd);
        using var client = Connect(server);

        await RoundTripAsync(client, server.Host);
    }

    [DebianRegistryFact]
    public async Task Wrong_password_is_an_error_before_any_work()
    {
        await using var server = await DebianRegistry.StartAsync(Htpasswd);
        using var nobody = Connect(server);
        Assert.Equal(DiagnosticCode.CredentialsMissing,
            (await Assert.ThrowsAsync<EstargzException>(() => nobody.CheckPushAccessAsync(Repository, CancellationToken.None))).Code);

        _variables["DOTNET_CONTAINER_PUSH_REGISTRY_UNAME"] = "ann";
        _variables["DOTNET_CONTAINER_PUSH_REGISTRY_PWORD"] = "wrong";
        using var ann = Connect(server);
        Assert.Equal(DiagnosticCode.CredentialsRefused,
            (await Assert.ThrowsAsync<EstargzException>(() => ann.CheckPushAccessAsync(Repository, CancellationToken.None))).Code);
    }

    [DebianRegistryFact]
    public async Task Blob_is_mounted()
    {
        await using var server = await DebianRegistry.StartAsync();
        using var client = Connect(server);
        var layer = Sample.Describe(_layer);
        await client.PushBlobAsync("base/image", layer, () => new MemoryStream(_layer), null, CancellationToken.None);

        Assert.Equal(PushedBlob.Mounted,
            await client.PushBlobAsync(Repository, layer, () => throw new InvalidOperationException("not opened"), "base/image", CancellationToken.None));

        Assert.True(await client.HasBlobAsync(Repository, layer, CancellationToken.None));
    }

    private async Task RoundTripAsync(Registry client, string host)
    {
        Descriptor layer = Sample.Describe(_layer), config = Sample.Describe(_config, MediaType.Config);
        var manifest = Sample.Manifest(config, layer);
        var reference = new Reference(host, Repository, "1.0", null);
        await client.CheckPushAccessAsync(Repository, CancellationToken.None);
        Assert.Null(await client.FindManifestAsync(reference, CancellationToken.None));

        var unknown = await Assert.ThrowsAsync<EstargzException>(() => client.PushManifestAsync(Repository, "1.0", manifest, CancellationToken.None));
        Assert.Equal(DiagnosticCode.NotFound, unknown.Code);
        Assert.Equal(PushedBlob.Uploaded, await client.PushBlobAsync(Repository, layer, () => new MemoryStream(_layer), "no/such", CancellationToken.None));
        Assert.Equal(PushedBlob.Uploaded, await client.PushBlobAsync(Repository, config, () => new MemoryStream(_config), null, CancellationToken.None));
        Assert.Equal(PushedBlob.Existed, await client.PushBlobAsync(Repository, layer, () => new MemoryStream(_layer), null, CancellationToken.None));
        await client.PushManifestAsync(Repository, "1.0", manifest, CancellationToken.None);

        Assert.Equal(manifest.Digest, (await client.FindManifestAsync(reference, CancellationToken.None))?.Digest);
        var read = await client.GetManifestAsync(reference, CancellationToken.None);
        Assert.Equal(manifest.Bytes.ToArray(), read.Bytes.ToArray());
        Assert.Equal(_config, (await client.GetBlobAsync(Repository, config, 1000, CancellationToken.None)).Bytes.ToArray());
        Assert.Equal(_layer[2_999_949..], (await client.ReadBlobRangeAsync(Repository, layer, 2_999_949, 51, CancellationToken.None)).ToArray());
        using var copy = new MemoryStream();
        await client.DownloadBlobAsync(Repository, layer, copy, CancellationToken.None);
        Assert.Equal(_layer, copy.ToArray());
    }

    private Registry Connect(DebianRegistry server) =>
        new(server.Host, new() { Access = RegistryAccess.Push, Environment = _variables.GetValueOrDefault });
}
