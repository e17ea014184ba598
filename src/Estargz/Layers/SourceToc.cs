using System.Text.Json.Serialization;

namespace Estargz.Layers;

/// <summary>The table of contents that a source layer has of its own: the layer is eStargz already, and may stay as it is.</summary>
/// <param name="Digest">Digest of the TOC's JSON.</param>
/// <param name="UncompressedSize">The size of the layer's tar in bytes, TOC included.</param>
/// <param name="PrefetchSize">The bytes before its prefetch landmark; 0 where nothing is prefetched.</param>
public sealed record SourceToc([property: JsonRequired] string Digest, long UncompressedSize, long PrefetchSize);
