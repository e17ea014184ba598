using System.Globalization;
using Estargz.Profiles;

namespace Estargz.Layers;

/// <summary>The entries of a layer in the terms of the image tree, which knows nothing of layers.</summary>
public static class TreeEntries
{
    /// <summary>Of a TOC; its chunks are no entries of their own.</summary>
    public static IEnumerable<TreeEntry> Of(IEnumerable<TocEntry> entries) =>
        from entry in entries
        where !entry.IsChunk
        select new TreeEntry(entry.Name, TypeOf(entry.Type))
        {
            LinkTarget = entry.LinkName,
            Mode = (int)(entry.Mode ?? 0),
            Uid = entry.UserId ?? 0,
            Gid = entry.GroupId ?? 0,
            Xattrs = entry.Xattrs,
            ModifiedSeconds = entry.Type == "dir" && DateTimeOffset.TryParse(entry.Modified, CultureInfo.InvariantCulture, out var time) ? time.ToUnixTimeSeconds() : 0,
        };

    /// <summary>Of a layer that is not written yet.</summary>
    public static IEnumerable<TreeEntry> Of(IEnumerable<Entry> entries) => Of(TocWriter.Describe(entries).Entries);

    private static TreeEntryType TypeOf(string type) => type switch
    {
        "dir" => TreeEntryType.Directory,
        "reg" => TreeEntryType.File,
        "symlink" => TreeEntryType.Symlink,
        "hardlink" => TreeEntryType.HardLink,
        _ => TreeEntryType.Other,
    };
}
