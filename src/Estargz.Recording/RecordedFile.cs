using Estargz.Profiles;

namespace Estargz.Recording;

/// <summary>A file that was read.</summary>
/// <param name="Path">Its real path on the recording machine, or in the image that was recorded: absolute, without symbolic links.</param>
/// <param name="Pages">
/// What of it was touched, in blocks of 64 KiB, without what the kernel reads ahead; only for files above 4 MiB that
/// were mapped when the app was ready, and are no .NET app in one file. Null: assume all of it.
/// </param>
public sealed record RecordedFile(string Path, TouchedPages? Pages);
