namespace Estargz.MSBuild.Tests.Peers;

/// <summary>A layer.</summary>
/// <param name="Digest">Digest of the blob.</param>
/// <param name="MediaType">Media type in the manifest.</param>
/// <param name="Estargz">Whether it has an eStargz footer.</param>
/// <param name="Size">Bytes of the blob.</param>
/// <param name="UncompressedSize">Bytes of the tar.</param>
/// <param name="DiffId">Digest of the tar.</param>
/// <param name="TocDigest">Digest of the TOC's JSON.</param>
/// <param name="Members">Number of gzip members, those of TOC and footer included.</param>
/// <param name="Entries">Number of tar entries, without the TOC.</param>
/// <param name="Chunks">Number of chunks that were read through the library and verified.</param>
/// <param name="Nested">Number of chunks among them that are in Extra fields and equal to the tar's bytes; only with <c>-nested</c>.</param>
/// <param name="MaxChunkSize">The largest chunk, in bytes.</param>
/// <param name="Landmark">The landmark's name.</param>
/// <param name="PrefetchSize">Compressed bytes before the prefetch landmark.</param>
/// <param name="Prioritized">Names of the entries before the prefetch landmark, in order.</param>
/// <param name="Files">Every entry, if asked for with <c>-files</c>.</param>
/// <param name="Failures">What is wrong with it.</param>
public sealed record ReferenceLayer(
    string Digest, string? MediaType, bool Estargz, long Size, long UncompressedSize, string DiffId, string? TocDigest, int Members, int Entries,
    int Chunks, int Nested, long MaxChunkSize, string? Landmark, long PrefetchSize, IReadOnlyList<string>? Prioritized, IReadOnlyList<ReferenceFile>? Files,
    IReadOnlyList<string> Failures);
