namespace Estargz.Layers;

/// <summary>How layers are built. The number of workers changes the time it takes, never a byte.</summary>
/// <param name="Compressor">What compresses each member.</param>
/// <param name="ChunkSize">Files above this many bytes are cut; a lazy client fetches chunk by chunk.</param>
/// <param name="Workers">Who reads and compresses members.</param>
public sealed record LayerOptions(Compressor Compressor, int ChunkSize, WorkerPool Workers)
{
    /// <summary>
    /// Chunks share a gzip member until it has so many bytes, which not every client can read (docs/compression.md); 0: each
    /// chunk has its own.
    /// </summary>
    public int MinMemberSize { get; init; }

    /// <summary>All that a layer's bytes depend on besides its entries and their order. Part of every cache key.</summary>
    public string Key => $"{Compressor.Name}, {Zone.Name} chunks {ChunkSize} members {MinMemberSize}";

    /// <summary>What the reference has, and clients are tuned for: 4 MiB.</summary>
    public const int DefaultChunkSize = 4 << 20;

    /// <summary>The smallest chunk that makes sense: every chunk costs a member and a TOC entry.</summary>
    public const int MinChunkSize = 4 << 10;

    /// <summary>The largest chunk: each worker holds two of them in memory.</summary>
    public const int MaxChunkSize = 64 << 20;

    /// <summary>The largest <see cref="MinMemberSize"/>: to read a file, a client unpacks what its member has before it.</summary>
    public const int MaxMinMemberSize = 4 << 20;

    /// <summary>
    /// What compresses the members that are fetched before the container starts: those before the landmark, and the TOC.
    /// </summary>
    public Compressor Zone { get => field ?? Compressor; init; }

    /// <summary>Our own deflate at its default levels, 4 MiB, the workers of this process.</summary>
    public static LayerOptions Default { get; } =
        new(Compressor.Managed(CompressionLevels.Managed.Balanced), DefaultChunkSize, WorkerPool.Shared)
        {
            Zone = Compressor.Managed(CompressionLevels.Managed.Start),
        };
}
