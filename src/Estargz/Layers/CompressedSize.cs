namespace Estargz.Layers;

/// <summary>
/// How large a file will be in a layer, before it is compressed: the order has to be known first. The shares are those of
/// the files of .NET base images at the default level.
/// </summary>
public static class CompressedSize
{
    private const double Binary = 0.42;
    private const double Text = 0.25;

    /// <summary>The estimate in bytes.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="size">The file's size in bytes.</param>
    public static long Estimate(string name, long size) => (long)(size * Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".br" or ".gz" or ".jpg" or ".jpeg" or ".png" or ".gif" or ".webp" or ".woff2" or ".zip" or ".nupkg" or ".mp4" => 1,
        ".json" or ".txt" or ".js" or ".css" or ".html" or ".xml" or ".md" or ".svg" or ".map" => Text,
        _ => Binary,
    });
}
