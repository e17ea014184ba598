namespace Estargz.MSBuild.Tests.Peers;

/// <summary>A manifest or index.</summary>
/// <param name="Digest">Digest of its bytes.</param>
/// <param name="MediaType">The media type it was served with.</param>
/// <param name="Platform"><c>linux/amd64</c>, when an index says so.</param>
/// <param name="Layers">Digests of its layers.</param>
public sealed record ReferenceManifest(string Digest, string MediaType, string? Platform, IReadOnlyList<string> Layers);
