namespace Estargz.MSBuild.Tests.Peers;

/// <summary>Sums over all requests since the last reset.</summary>
/// <param name="Connections">Connections that were opened.</param>
/// <param name="Requests">Requests that began.</param>
/// <param name="Sent">Bytes of bodies to the registry.</param>
/// <param name="Received">Bytes of bodies from the registry.</param>
public sealed record LinkTotals(long Connections, long Requests, long Sent, long Received);
