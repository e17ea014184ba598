namespace Estargz.Layers;

/// <summary>How layers are built. The number of workers changes the time it takes, never a byte.</summary>
/// <param name="Compressor">What compresses each member.</param>
/// <param name="ChunkSize">Files above this many bytes are cut; a lazy client fetches chunk by chunk.</param>
/// <param name="Workers">How many members are compressed at once.</param>
public sealed record LayerOptions(Compressor Compressor, int ChunkSize, int Workers)
{
    /// <summary>What the reference has, and clients are tuned for: 4 MiB.</summary>
    public const int DefaultChunkSize = 4 << 20;

    /// <summary>The smallest chunk that makes sense: every chunk costs a member and a TOC entry.</summary>
    public const int MinChunkSize = 4 << 10;

    /// <summary>The largest chunk: each worker holds two of them in memory.</summary>
    public const int MaxChunkSize = 64 << 20;

    /// <summary>zlib at its default level, 4 MiB, one worker a core.</summary>
    public static LayerOptions Default { get; } =
        new(Compressor.Zlib(Compressor.DefaultLevel), DefaultChunkSize, Environment.ProcessorCount);
}
