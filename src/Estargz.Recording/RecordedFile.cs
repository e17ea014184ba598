namespace Estargz.Recording;

/// <summary>A file that was read.</summary>
/// <param name="Path">Its real path on the recording machine: absolute, without symbolic links.</param>
/// <param name="Pages">
/// What of it was read, if that could be measured: only for files above 4 MiB of which nothing was in memory when the
/// app started. Null: assume all of it.
/// </param>
public sealed record RecordedFile(string Path, TouchedPages? Pages);
