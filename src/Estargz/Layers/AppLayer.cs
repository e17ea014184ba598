using Estargz.Profiles;

namespace Estargz.Layers;

/// <summary>The entries of a layer that is made of files of this machine.</summary>
public static class AppLayer
{
    /// <summary>
    /// The time of every file when <c>SOURCE_DATE_EPOCH</c> is not set: 1980-01-01, the first that a zip archive can hold.
    /// </summary>
    public const long DefaultModifiedSeconds = 315532800;

    /// <summary>
    /// What a file and a folder may do, whatever umask they were made under: 0644, 0755 where the owner may execute.
    /// </summary>
    private static readonly int s_fileMode = Convert.ToInt32("644", 8), s_executableMode = Convert.ToInt32("755", 8);

    /// <summary>Makes the entries: the root, folders and files, sorted by path.</summary>
    /// <param name="files">The files.</param>
    /// <param name="workingDirectory">The image's working directory, which is there even when it is empty.</param>
    /// <param name="userId">The owner of the working directory and of everything below it; 0: root, but for folders that are there.</param>
    /// <param name="modifiedSeconds">The time of every entry, in seconds since 1970-01-01 UTC.</param>
    /// <param name="existing">
    /// The folder that the base image has at a path, or null: it keeps its mode, and its owner unless the app has one.
    /// </param>
    /// <param name="isWhole">
    /// Whether that knows all of the base image. If not, a folder outside of the working directory that it does not know has
    /// no entry, since the base image may have the folder after all: who unpacks the layer then knows better.
    /// </param>
    public static IReadOnlyList<Entry> Create(
        IReadOnlyList<ImageFile> files, string workingDirectory, long userId, long modifiedSeconds, Func<string, TreeEntry?> existing, bool isWhole = true)
    {
        var working = Entry.CleanPath(workingDirectory);
        var entries = new Dictionary<string, Entry>(files.Count, StringComparer.Ordinal) { [""] = Folder("") };
        var last = "";
        AddFolders(working + "/");
        foreach (var file in files)
        {
            AddFolders(file.Path);
            if (file.IsFolder)
            {
                continue;
            }

            entries[file.Path] = new Entry
            {
                Name = file.Path,
                Type = EntryType.File,
                Mode = file.Mode ?? (file.IsExecutable ? s_executableMode : s_fileMode),
                UserId = file.Owner?.User ?? userId,
                GroupId = file.Owner?.Group ?? 0,
                ModifiedSeconds = modifiedSeconds,
                Content = StaticAssetEndpoints.ContentOf(file, modifiedSeconds),
            };
        }

        string[] paths = [.. entries.Keys];
        Array.Sort(paths, StringComparer.Ordinal);
        return [.. paths.Select(path => entries[path])];

        void AddFolders(string path)
        {
            // Most files are in the folder of the one before.
            int end = path.LastIndexOf('/') + 1;
            if (path.AsSpan(0, end).SequenceEqual(last))
            {
                return;
            }

            last = path[..end];
            for (int slash = path.IndexOf('/'); slash > 0; slash = path.IndexOf('/', slash + 1))
            {
                var folder = path[..slash];
                if (!entries.ContainsKey(folder) && (isWhole || IsInside(folder) || existing(folder) is not null))
                {
                    entries[folder] = Folder(folder);
                }
            }
        }

        bool IsInside(string path) => working.Length == 0 || path == working || path.StartsWith(working + "/", StringComparison.Ordinal);

        // Podman's partial pull needs an entry for the root: without one it is closed to all but the owner.
        Entry Folder(string path)
        {
            var known = existing(path);
            bool isOwn = userId != 0 && path.Length > 0 && IsInside(path);
            return new Entry
            {
                Name = path + "/",
                Type = EntryType.Directory,
                Mode = known?.Mode ?? s_executableMode,
                UserId = isOwn ? userId : known?.Uid ?? 0,
                GroupId = isOwn ? 0 : known?.Gid ?? 0,
                ModifiedSeconds = modifiedSeconds,
            };
        }
    }
}
