using System.Collections.Immutable;
using Estargz.Images;
using Estargz.Profiles;

namespace Estargz.Converting;

/// <summary>One platform's image, converted.</summary>
/// <param name="Origin">What it was.</param>
/// <param name="Image">What it is.</param>
/// <param name="PrefetchSizes">For each layer, the bytes that a lazy client fetches before it starts the container.</param>
/// <param name="LeftOut">What is read at start-up and does not go first.</param>
public sealed record ConvertedImage(Image Origin, Image Image, ImmutableArray<long> PrefetchSizes, ImmutableArray<LeftOutFile> LeftOut);
