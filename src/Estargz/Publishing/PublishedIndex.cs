using Estargz.Images;

namespace Estargz.Publishing;

/// <summary>An index that is where it goes, under all its tags.</summary>
/// <param name="Name">Registry, archive or layout, repository, first tag and the index's digest.</param>
/// <param name="Index">The index.</param>
/// <param name="IsNew">Whether a tag moved: false, if the very index was there already under each.</param>
public sealed record PublishedIndex(string Name, ImageIndex Index, bool IsNew);
