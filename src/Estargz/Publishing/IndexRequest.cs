using System.Collections.Immutable;
using Estargz.Images;

namespace Estargz.Publishing;

/// <summary>Everything that putting images of several platforms under one name needs to know.</summary>
public sealed record IndexRequest : ImageRequest
{
    /// <summary>The images, in the order that the index gets. They are where the index goes, or in <see cref="Staging"/>.</summary>
    public required ImmutableArray<Image> Images { get; init; }

    /// <summary>An OCI layout folder that holds the images until they are in the archive, an absolute path; or null.</summary>
    public string? Staging { get; init; }
}
