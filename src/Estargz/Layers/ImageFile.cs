namespace Estargz.Layers;

/// <summary>A file that goes into an image.</summary>
/// <param name="Path">Its path in the image, with <c>/</c> between elements: <c>app/appsettings.json</c>.</param>
/// <param name="Source">Where it is on this machine.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="IsExecutable">Whether its owner may execute it.</param>
public sealed record ImageFile(string Path, string Source, long Size, bool IsExecutable);
