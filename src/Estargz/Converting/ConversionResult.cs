using System.Collections.Immutable;

namespace Estargz.Converting;

/// <summary>A converted image that is where it goes.</summary>
/// <param name="Name">Registry or folder, repository, tag and the digest of its manifest or index.</param>
/// <param name="IsNew">Whether the tag moved: false, if it named the very same before.</param>
/// <param name="Images">The image of each platform, in the order of the index.</param>
public sealed record ConversionResult(string Name, bool IsNew, ImmutableArray<ConvertedImage> Images);
