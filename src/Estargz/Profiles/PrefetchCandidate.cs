namespace Estargz.Profiles;

/// <summary>An entry that is read at start-up, and what it costs.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Size">The size of the file in bytes; 0 for links and directories.</param>
/// <param name="CompressedSize">How many bytes it has, or will have, in the blob; an estimate is enough.</param>
public sealed record PrefetchCandidate(StartupEntry Entry, long Size, long CompressedSize);
