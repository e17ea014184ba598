using System.Collections.Concurrent;
using Estargz.Deflate;

namespace Estargz.Layers;

/// <summary>Our own deflate.</summary>
/// <param name="level">1 (fast) to 9 (small).</param>
internal sealed class ManagedCompressor(int level) : DeflateCompressor
{
    /// <summary>What is shorter costs little, whatever the effort, and is most of what an image of tiny files holds.</summary>
    private const int Short = 16 << 10;

    private const int LevelOfShort = 8;

    // A deflater has a megabyte of tables and more, which the next member needs again.
    private readonly ConcurrentBag<Deflater> _idle = [];

    public override string Name => $"deflate {Deflater.Version} level {level} {Choice}";

    internal override void Deflate(ReadOnlySpan<byte> content, GrowingBuffer output, bool fast = false)
    {
        var deflater = _idle.TryTake(out var idle) ? idle : new Deflater();
        deflater.Compress(content, Effort.Of(fast ? 1 : content.Length < Short ? Math.Max(level, LevelOfShort) : level), output);
        _idle.Add(deflater);
    }
}
