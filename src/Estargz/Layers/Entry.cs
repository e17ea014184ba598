using System.Collections.Immutable;
using Estargz.Profiles;

namespace Estargz.Layers;

/// <summary>One entry of a layer: what its tar header says, the header itself and the content.</summary>
public sealed record Entry
{
    internal static readonly ImmutableSortedDictionary<string, byte[]> NoXattrs =
        ImmutableSortedDictionary.Create<string, byte[]>(StringComparer.Ordinal);

    /// <summary>The path exactly as the tar header has it; a directory's ends with a slash in layers built here.</summary>
    public required string Name { get; init; }

    /// <summary>What the entry is.</summary>
    public required EntryType Type { get; init; }

    /// <summary>Permissions, set-id and sticky bits, and whatever else the header's mode field holds.</summary>
    public long Mode { get; init; }

    /// <summary>The owner's number.</summary>
    public long UserId { get; init; }

    /// <summary>The group's number.</summary>
    public long GroupId { get; init; }

    /// <summary>The owner's name, or empty.</summary>
    public string UserName { get; init; } = "";

    /// <summary>The group's name, or empty.</summary>
    public string GroupName { get; init; } = "";

    /// <summary>Modification time in seconds since 1970-01-01 UTC, rounded.</summary>
    public long ModifiedSeconds { get; init; }

    /// <summary>Where a symbolic or hard link points, as the header has it.</summary>
    public string LinkName { get; init; } = "";

    /// <summary>Major device number.</summary>
    public long DeviceMajor { get; init; }

    /// <summary>Minor device number.</summary>
    public long DeviceMinor { get; init; }

    /// <summary>Extended attributes: PAX records <c>SCHILY.xattr.*</c> without that prefix, values as raw bytes.</summary>
    public ImmutableSortedDictionary<string, byte[]> Xattrs { get; init; } = NoXattrs;

    /// <summary>
    /// The header blocks, extended ones included: a multiple of 512 bytes. Where none are given, they are made of this entry's
    /// fields, each time that they are asked for: a layer of many small files keeps none.
    /// </summary>
    public ByteSource Header
    {
        get => field ?? ByteSource.Of(TarHeader.Encode(this));
        init;
    }

    /// <summary>The content of a regular file; empty for everything else.</summary>
    public ByteSource Content { get; init; } = ByteSource.Empty;

    /// <summary>The pages of the content of which the layer is to hold copies at its front, or null; see docs/hot-pieces.md.</summary>
    public TouchedPages? HotPages { get; init; }

    /// <summary>The pages of the content around which it is cut into chunks, without copies; or null.</summary>
    public TouchedPages? CutPages { get; init; }

    /// <summary>The size of the content in bytes.</summary>
    public long Size => Content.Length;

    /// <summary>The path for comparisons: no leading <c>./</c> or <c>/</c>, no trailing slash; empty for the root.</summary>
    public string Path => CleanPath(Name);

    /// <summary>Cleans a name the way every reader of the format does: <c>./a//b/</c> is <c>a/b</c>.</summary>
    public static string CleanPath(string name)
    {
        if (IsClean(name))
        {
            return name;
        }

        var elements = new List<string>();
        foreach (var element in name.Split('/'))
        {
            if (element == ".." && elements.Count > 0)
            {
                elements.RemoveAt(elements.Count - 1);
            }
            else if (element is not ("" or "." or ".."))
            {
                elements.Add(element);
            }
        }

        return string.Join('/', elements);
    }

    /// <summary>The folders that a cleaned path is in, the nearest first, without the root.</summary>
    internal static IEnumerable<string> FoldersOf(string path)
    {
        for (var folder = FolderOf(path); folder.Length > 0; folder = FolderOf(folder))
        {
            yield return folder;
        }
    }

    /// <summary>The path of the folder that a cleaned path is in; empty for the root, and for what is in it.</summary>
    public static string FolderOf(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];

    private static bool IsClean(string name) =>
        !name.StartsWith('/') && !name.StartsWith('.') && !name.EndsWith('/')
        && !name.Contains("//", StringComparison.Ordinal) && !name.Contains("/.", StringComparison.Ordinal);
}
