using System.Globalization;

namespace Estargz.Layers;

/// <summary>Which levels of a compressor the names stand for (docs/compression.md has what they cost).</summary>
/// <param name="Fast">The one that takes the least time of those that pay.</param>
/// <param name="Balanced">The default.</param>
/// <param name="Start">That of what is fetched before an app starts, where no level is set.</param>
/// <param name="Smallest">The best that the compressor has, whatever it costs.</param>
public sealed record CompressionLevels(int Fast, int Balanced, int Start, int Smallest)
{
    /// <summary>Of our own deflate.</summary>
    public static CompressionLevels Managed { get; } = new(1, 3, 6, 9);

    /// <summary>Of zlib-ng. Its level 1 makes layers of .NET 22 % larger and saves little more.</summary>
    public static CompressionLevels Zlib { get; } = new(2, 6, 6, 9);

    /// <summary>Of ZstdSharp's zstd.</summary>
    public static CompressionLevels Zstd { get; } = new(1, 3, 3, 9);

    /// <summary>The level of a name or of a digit; the balanced one where nothing is said.</summary>
    /// <param name="text"><c>fast</c>, <c>balanced</c>, <c>smallest</c>, 1 to 9, or empty.</param>
    /// <param name="source">Where it comes from, for the message.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidProperty"/>.</exception>
    public int Parse(string text, string source) => text.ToLowerInvariant() switch
    {
        "" or "balanced" => Balanced,
        "fast" => Fast,
        "smallest" => Smallest,
        [>= '1' and <= '9'] => int.Parse(text, CultureInfo.InvariantCulture),
        _ => throw new EstargzException(
            DiagnosticCode.InvalidProperty,
            $"{source} is '{text}': it has to be fast, balanced, smallest or a number from 1 to 9. The default is balanced."),
    };
}
