using System.Runtime.Versioning;
using Estargz.Layers;
using Estargz.Profiles;

namespace Estargz.Recording;

/// <summary>
/// Writes an image's tree to disk. Every path comes from the tree, in which links are resolved and names lead nowhere but
/// down, and every folder on it was made here: so nothing is written outside, whatever names and links the layers have.
/// </summary>
/// <param name="folder">The folder to make.</param>
/// <param name="layers">The layers of the tree, the lowest first.</param>
/// <param name="cancellationToken">Stops between two buffers.</param>
[SupportedOSPlatform("linux")]
internal sealed class RootWriter(string folder, IReadOnlyList<SourceLayer> layers, CancellationToken cancellationToken)
{
    private const int OwnerOnly = 0b111_000_000, Permissions = 0b111_111_111_111, Executable = 0b001_001_001;

    /// <summary>Where runtimes mount something; the app sees what is mounted, whatever the image has there.</summary>
    private static readonly string[] MountPoints = ["proc", "dev", "sys"];

    private readonly Dictionary<string, Entry>[] _entries = [.. layers.Select(ByName)];
    private readonly Dictionary<TreeNode, string> _written = [];

    /// <summary>Writes all of it.</summary>
    public void Write(ImageTree tree)
    {
        var folders = new List<(TreeNode Node, string Path)> { (tree.Root, folder) };
        Directory.CreateDirectory(folder);
        for (int i = 0; i < folders.Count; i++)
        {
            foreach (var (name, child) in folders[i].Node.Children)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var path = Path.Join(folders[i].Path, name);
                if (child.IsDirectory)
                {
                    Directory.CreateDirectory(path);
                    folders.Add((child, path));
                }
                else if (i > 0 || !MountPoints.Contains(name))
                {
                    WriteFile(child, path);
                }
            }
        }

        // The last first: a folder may take away the right to enter those below it.
        foreach (var (node, path) in folders.AsEnumerable().Reverse())
        {
            Protect(path, node.Entry ?? new TreeEntry("", TreeEntryType.Directory), OwnerOnly);
        }

        foreach (var name in MountPoints)
        {
            Directory.CreateDirectory(Path.Join(folder, name));
        }

        CopyResolverFiles(tree);
    }

    private void WriteFile(TreeNode node, string path)
    {
        var file = node.LinkedFile ?? node;
        if (_written.TryGetValue(file, out var first))
        {
            if (LibC.Link(first, path) != 0)
            {
                throw new IOException($"'{node.Path}' cannot be linked to '{file.Path}'.");
            }

            return;
        }

        if (file.SymlinkTarget is { } target)
        {
            File.CreateSymbolicLink(path, target);
            return;
        }

        // Devices and pipes need a right that not everyone has, and none of them is a file of the image that is read.
        if (file.Entry is { Type: TreeEntryType.File } entry)
        {
            WriteContent(_entries[file.Layer][entry.Name], path);
            Protect(path, entry, (entry.Mode & Executable) != 0 ? 0b111_000_000 : 0b110_000_000);
            _written[file] = path;
        }
    }

    private void WriteContent(Entry entry, string path)
    {
        using (var output = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            entry.Content.CopyTo(output, cancellationToken);
        }

        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddSeconds(Math.Clamp(entry.ModifiedSeconds, 0, uint.MaxValue)));
    }

    /// <summary>
    /// Owner and mode as the image has them. Who is not root owns all of it, and so needs the rights that another owner has.
    /// </summary>
    private static void Protect(string path, TreeEntry entry, int owner)
    {
        bool isRoot = Environment.IsPrivilegedProcess;
        if (isRoot)
        {
            _ = LibC.ChangeOwner(path, (uint)entry.Uid, (uint)entry.Gid);
        }

        File.SetUnixFileMode(path, (UnixFileMode)((entry.Mode | (isRoot ? 0 : owner)) & Permissions));
    }

    /// <summary>Runtimes mount these into every container, so that the app finds names of the network.</summary>
    private void CopyResolverFiles(ImageTree tree)
    {
        if (tree.Find("etc") is not { IsDirectory: true } etc)
        {
            return;
        }

        foreach (var name in (string[])["hosts", "resolv.conf"])
        {
            var path = Path.Join(folder, etc.Path, name);
            if (File.Exists("/etc/" + name) && etc.Children.All(child => child.Key != name || !child.Value.IsDirectory))
            {
                File.Delete(path);
                File.WriteAllBytes(path, File.ReadAllBytes("/etc/" + name));
            }
        }
    }

    /// <summary>Of two entries with one name the last counts.</summary>
    private static Dictionary<string, Entry> ByName(SourceLayer layer)
    {
        var entries = new Dictionary<string, Entry>(StringComparer.Ordinal);
        foreach (var entry in layer.Entries)
        {
            entries[entry.Name] = entry;
        }

        return entries;
    }
}
