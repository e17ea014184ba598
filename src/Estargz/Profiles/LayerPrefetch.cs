using System.Collections.Immutable;

namespace Estargz.Profiles;

/// <summary>What goes where in one layer.</summary>
/// <param name="Zone">Names of the entries before the landmark, in their order.</param>
/// <param name="After">Names of the entries that follow it, in their order, before everything else.</param>
/// <param name="Bytes">The compressed bytes of the zone.</param>
public sealed record LayerPrefetch(ImmutableArray<string> Zone, ImmutableArray<string> After, long Bytes)
{
    /// <summary>Nothing goes first.</summary>
    public static LayerPrefetch None { get; } = new([], [], 0);

    /// <summary>Files after the landmark that are cut around what is read of them; they are in that list too.</summary>
    public ImmutableArray<CutFile> Cut { get; init; } = [];

    /// <summary>Files that have copies of their hot pieces before all else in the zone; they are in neither list.</summary>
    public ImmutableArray<HotFile> Hot { get; init; } = [];

    /// <summary>
    /// Folders that the layer needs and has no entries for: a lazy client shows one without an entry as root's, for everybody
    /// to read, whatever lower layers say.
    /// </summary>
    public ImmutableArray<TreeEntry> Folders { get; init; } = [];
}
