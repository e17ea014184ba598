using Estargz.Images;
using Estargz.Registries;

namespace Estargz.Benchmarks.Publishes;

/// <summary>One blob on its way to a registry.</summary>
public static class BlobPush
{
    /// <summary>Pushes a file.</summary>
    /// <param name="host">The registry.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="file">The blob.</param>
    /// <param name="digest">Its digest.</param>
    public static async Task RunAsync(string host, string repository, string file, string digest)
    {
        using var registry = new Registry(host, new RegistryOptions { Access = RegistryAccess.Push });
        var blob = new Descriptor(MediaType.LayerGzip, Digest.Parse(digest, "the command line"), new FileInfo(file).Length);
        await registry.PushBlobAsync(repository, blob, () => File.OpenRead(file), mountFrom: null, default);
    }
}
