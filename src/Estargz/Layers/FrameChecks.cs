namespace Estargz.Layers;

/// <summary>
/// What only the whole of a zstd:chunked blob shows: whether files end where the TOC says, and whether its skippable frames
/// are what footer and TOC say.
/// </summary>
internal sealed class FrameChecks
{
    private readonly List<(string Name, long Offset, long TarOffset)> _ends = [];

    /// <summary>Notes where a file ends.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="offset">Where in the blob, as the TOC says; 0 where it does not.</param>
    /// <param name="tarOffset">Where in the tar.</param>
    public void Expect(string name, long offset, long tarOffset)
    {
        if (offset != 0)
        {
            _ends.Add((name, offset, tarOffset));
        }
    }

    /// <summary>What is wrong, one line each, when the whole blob was read.</summary>
    public IEnumerable<string> Compare(ZstdFramesStream frames, LayerReader index)
    {
        foreach (var (name, offset, tarOffset) in _ends)
        {
            if (frames.Members.GetValueOrDefault(offset, -1) != tarOffset)
            {
                yield return $"'{name}' does not end at offset {offset}.";
            }
        }

        if (frames.Members.Keys.Any(offset => offset > index.TocOffset))
        {
            yield return "Content follows the table of contents.";
        }

        if (!frames.Skippable.Any(frame => frame.Offset == index.TocOffset && frame.Digest.ToString() == index.ZstdChunked!.ManifestChecksum))
        {
            yield return "The table of contents is not a skippable frame of its own.";
        }

        if (index.Toc.TarSplitDigest is { } tarSplit && !frames.Skippable.Any(frame => frame.Digest.ToString() == tarSplit))
        {
            yield return "The tar-split data are not those that the table of contents names.";
        }
    }

    /// <summary>Where the tar-split data are, as far as the annotation can be checked: offset and compressed size in bytes.</summary>
    public static string? TarSplitPosition(ZstdFramesStream frames, LayerReader index) =>
        frames.Skippable.Where(frame => frame.Digest.ToString() == index.Toc.TarSplitDigest)
            .Select(frame => FormattableString.Invariant($"{frame.Offset}:{frame.Length}:")).FirstOrDefault();
}
