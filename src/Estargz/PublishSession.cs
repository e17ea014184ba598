using Estargz.Layers;
using Estargz.Registries;

namespace Estargz;

/// <summary>What the steps of one publish share.</summary>
internal sealed class PublishSession : IDisposable
{
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidProperty"/>: a variable of the environment.</exception>
    public PublishSession(PublishRequest request)
    {
        Request = request;
        Cache = new LayerCache(request.CacheFolder);
        bool same = request.BaseImage.Registry == request.Target.Registry;
        Source = Connect(request.BaseImage.Registry, same ? RegistryAccess.PullFromOutput : RegistryAccess.Pull);
        Target = Connect(request.Target.Registry, RegistryAccess.Push);
    }

    /// <summary>What was asked for.</summary>
    public PublishRequest Request { get; }

    /// <summary>Where the base image is.</summary>
    public Registry Source { get; }

    /// <summary>Where the image goes.</summary>
    public Registry Target { get; }

    /// <summary>Converted layers of earlier publishes.</summary>
    public LayerCache Cache { get; }

    /// <summary>Ends all connections.</summary>
    public void Dispose()
    {
        Source.Dispose();
        Target.Dispose();
    }

    private Registry Connect(string host, RegistryAccess access) => new(host, new RegistryOptions
    {
        Access = access,
        Environment = Request.Environment,

        // The SDK reads the base image too, and gives up with a stack trace where it expects TLS.
        TrustsLoopback = access == RegistryAccess.Push,
        Warn = Request.Tell,
    });
}
