using System.Runtime.CompilerServices;
using Estargz.Deflate;

namespace Estargz.Layers;

/// <summary>
/// Compresses one member at a time, and knows what a blob of such members is called. The same content gives the same bytes,
/// on every thread.
/// </summary>
/// <remarks>What makes one is not inlined: who wants one of them should not load the libraries of the others.</remarks>
public abstract class Compressor
{
    /// <summary>
    /// What the compressed bytes depend on besides the content: name, version and level. Part of every cache key.
    /// </summary>
    public abstract string Name { get; }

    /// <summary>Our own deflate: the bytes depend on nothing but the content, the level and the version of this library.</summary>
    /// <param name="level">1 (fast) to 9 (small).</param>
    public static Compressor Managed(int level) => new ManagedCompressor(level);

    /// <summary>zlib-ng of the .NET runtime. Its bytes may change with the runtime's version.</summary>
    /// <param name="level">1 (fast) to 9 (small).</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Compressor Zlib(int level) => new ZlibCompressor(level);

    /// <summary>
    /// ZstdSharp's managed zstd, for layers in the format zstd:chunked. The bytes depend on the content and the version of
    /// the library.
    /// </summary>
    /// <param name="level">1 (fast) to 9 (small).</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Compressor ZstdChunked(int level) => new ZstdCompressor(level);

    /// <summary>Whether layers are zstd:chunked; otherwise they are eStargz.</summary>
    internal virtual bool IsZstdChunked => false;

    /// <summary>Appends one member.</summary>
    /// <param name="content">A chunk, and the tar bytes that follow it.</param>
    /// <param name="chunkLength">The bytes of the chunk; 0 where there is none.</param>
    /// <param name="output">Where to.</param>
    /// <returns>How many of the appended bytes hold the chunk alone; 0 where the TOC does not tell.</returns>
    internal abstract int WriteMember(ReadOnlySpan<byte> content, int chunkLength, GrowingBuffer output);

    /// <summary>What follows the last member: the end of the tar, the TOC, the footer.</summary>
    /// <param name="toc">The complete TOC.</param>
    /// <param name="offset">The bytes of the blob before it.</param>
    /// <param name="tarSplit">The tar without its content, where the format has that.</param>
    internal abstract LayerEnd End(Toc toc, long offset, TarSplitWriter? tarSplit);
}
