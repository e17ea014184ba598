namespace Estargz.MSBuild.Tests.Peers;

/// <summary>One request.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path, without query.</param>
/// <param name="Range">The Range header, or null.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Sent">Bytes of the body to the registry.</param>
/// <param name="Received">Bytes of the body from the registry.</param>
public sealed record LinkRequest(string Method, string Path, string? Range, int Status, long Sent, long Received);
