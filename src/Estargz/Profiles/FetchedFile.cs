namespace Estargz.Profiles;

/// <summary>A file, and the bytes of it that are fetched.</summary>
/// <param name="Name">Its name in its layer.</param>
/// <param name="Bytes">Compressed bytes.</param>
public sealed record FetchedFile(string Name, long Bytes);
