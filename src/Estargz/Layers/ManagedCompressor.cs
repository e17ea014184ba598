using System.Collections.Concurrent;
using Estargz.Deflate;

namespace Estargz.Layers;

/// <summary>Our own deflate.</summary>
/// <param name="level">1 (fast) to 9 (small).</param>
internal sealed class ManagedCompressor(int level) : DeflateCompressor
{
    // A deflater has a megabyte of tables and more, which the next member needs again.
    private readonly ConcurrentBag<Deflater> _idle = [];

    public override string Name => $"deflate {Deflater.Version} level {level} {Choice}";

    internal override void Deflate(ReadOnlySpan<byte> content, GrowingBuffer output, bool fast = false)
    {
        var deflater = _idle.TryTake(out var idle) ? idle : new Deflater();
        deflater.Compress(content, Effort.Of(fast ? 1 : level, content.Length), output);
        _idle.Add(deflater);
    }
}
