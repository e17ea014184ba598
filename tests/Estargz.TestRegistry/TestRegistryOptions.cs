using System.Security.Cryptography.X509Certificates;

namespace Estargz.Testing;

/// <summary>How a registry starts.</summary>
public sealed record TestRegistryOptions
{
    /// <summary>The port; 0 for any that is free.</summary>
    public int Port { get; init; }

    /// <summary>Where blobs are kept; null for a temporary folder that goes with the registry.</summary>
    public string? Folder { get; init; }

    /// <summary>The certificate for TLS; null for plain HTTP.</summary>
    public X509Certificate2? Certificate { get; init; }
}
