using Estargz.Deflate;

namespace Estargz.Layers;

/// <summary>
/// How large a file will be in a layer, before it is compressed: the order has to be known first. The shares are those of
/// the files of .NET base images at the default level.
/// </summary>
public static class CompressedSize
{
    private const double Binary = 0.42;
    private const double Text = 0.25;

    /// <summary>Of larger files a look at the content is worth its few milliseconds: one wrong guess moves the whole zone.</summary>
    private const long LargeFile = 1 << 20;

    private const int Samples = 8;

    /// <summary>Deflate finds again what is up to so many bytes away.</summary>
    private const int SampleSize = 32 << 10;

    /// <summary>
    /// Always our own deflate, whatever the layer is compressed with: zlib's answer, and with it the order, could be another
    /// one on another machine.
    /// </summary>
    private static readonly ManagedCompressor Compressor = new(1);

    /// <summary>The estimate in bytes.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="size">The file's size in bytes.</param>
    public static long Estimate(string name, long size) => (long)(size * Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".br" or ".gz" or ".jpg" or ".jpeg" or ".png" or ".gif" or ".webp" or ".woff2" or ".zip" or ".nupkg" or ".mp4" => 1,
        ".json" or ".txt" or ".js" or ".css" or ".html" or ".xml" or ".md" or ".svg" or ".map" => Text,
        _ => Binary,
    });

    /// <summary>
    /// The estimate in bytes of a file that is at hand: if it is large, samples taken evenly from it are compressed. Not of
    /// assemblies and libraries, whose share is known: they are most of what is read, and would cost every publish the time.
    /// </summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>.</exception>
    public static long Estimate(Entry file)
    {
        if (file.Size <= LargeFile || Path.GetExtension(file.Name) is ".dll" or ".so")
        {
            return Estimate(file.Name, file.Size);
        }

        var sample = new byte[SampleSize];
        var compressed = new GrowingBuffer();
        for (int i = 0; i < Samples; i++)
        {
            file.Content.Read((long)((Int128)(file.Size - SampleSize) * i / (Samples - 1)), sample);
            Compressor.Compress(sample, compressed);
        }

        return (long)((Int128)file.Size * compressed.Length / (Samples * SampleSize));
    }
}
