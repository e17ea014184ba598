namespace Estargz.Profiles;

/// <summary>A file that is read at start-up and is not in the prefetch zone.</summary>
/// <param name="Entry">The file.</param>
/// <param name="Reason">Why.</param>
/// <param name="CompressedSize">The bytes that the zone is smaller for it.</param>
/// <param name="OnDemand">What is fetched of it while the app starts.</param>
public sealed record LeftOutFile(StartupEntry Entry, LeftOutReason Reason, long CompressedSize, ReadAhead OnDemand);
