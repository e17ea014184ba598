namespace Estargz.Layers;

/// <summary>A file that goes into an image.</summary>
/// <param name="Path">
/// Its path in the image, with <c>/</c> between elements: <c>app/appsettings.json</c>; with one at its end, a folder that
/// has nothing in it.
/// </param>
/// <param name="Source">Where it is on this machine.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="IsExecutable">Whether its owner may execute it.</param>
public sealed record ImageFile(string Path, string Source, long Size, bool IsExecutable)
{
    /// <summary>Whether it is a folder that has nothing in it. Others are known by what is in them.</summary>
    public bool IsFolder => Path.EndsWith('/');

    /// <summary>The name of the layer that it goes into.</summary>
    public string Layer { get; init; } = nameof(AppPart.App);

    /// <summary>Its permissions; null: 0755 where the owner may execute it, else 0644.</summary>
    public int? Mode { get; init; }

    /// <summary>The numbers of its user and group; null: those of the app.</summary>
    public (long User, long Group)? Owner { get; init; }
}
