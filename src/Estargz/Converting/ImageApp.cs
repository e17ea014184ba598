using System.Collections.Immutable;
using Estargz.Images;
using Estargz.Profiles;
using Estargz.Transfers;

namespace Estargz.Converting;

/// <summary>A .NET app that is found in an image: what its files tell of its start.</summary>
/// <param name="Folder">The folder that it is in: a profile's <c>$(app)</c>.</param>
/// <param name="Layers">The numbers of the layers that have files of it.</param>
/// <param name="Profile">What it is known to read at start-up.</param>
internal sealed record ImageApp(string Folder, ImmutableHashSet<int> Layers, StartupProfile Profile)
{
    private const string RuntimeConfigSuffix = ".runtimeconfig.json";

    // What is looked at to derive a profile.
    private static readonly string[] Kinds = [".dll", ".json", ".so"];

    /// <summary>Looks for the app that an image starts. Its layers are fetched, even where the cache has them converted.</summary>
    /// <returns>Null where there is none, or its layers stay as they are.</returns>
    /// <exception cref="EstargzException">A code of 3xxx, 4xxx or 5xxx.</exception>
    public static async Task<ImageApp?> FindAsync(PlatformImage image, BaseLayers layers, CancellationToken cancellationToken)
    {
        if (NameOf(image.Image.Config, layers.Tree) is not { } path || image.RuntimeIdentifierIn(layers.Tree) is not { } rid)
        {
            return null;
        }

        var (folder, name) = (path[..path.LastIndexOf('/')], path[(path.LastIndexOf('/') + 1)..]);
        TreeNode[] files = [.. FilesBelow(layers.Tree.Find(folder)!)];
        if (files.Any(file => !layers.CanOrder(file.Layer)))
        {
            return null;
        }

        var copy = Directory.CreateTempSubdirectory("estargz-app-");
        try
        {
            await CopyAsync(files.Where(file => Kinds.Contains(Path.GetExtension(file.Name))), folder, copy.FullName, layers, cancellationToken).ConfigureAwait(false);
            var shape = AppShape.Read(copy.FullName, name, rid);
            shape = shape with { InvariantGlobalization = shape.InvariantGlobalization || IsInvariant(image.Image.Config) };
            var profile = StartupProfile.Merge([StaticProfile.Create(copy.FullName, shape, rid), DotnetStartupSet.For(shape)]);
            return new ImageApp(folder, [.. files.Select(file => file.Layer)], profile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EstargzException(
                DiagnosticCode.CacheUnusable, $"The app of the image cannot be unpacked to '{copy.FullName}': {e.Message} Set TMPDIR to a folder with more room.", e);
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    /// <summary>The path of the app's files without their ends: whatever word of the command has settings of .NET beside it.</summary>
    private static string? NameOf(ImageConfig config, ImageTree tree) =>
        (from argument in config.Entrypoint.Concat(config.Cmd)
         from word in argument.Split(' ', StringSplitOptions.RemoveEmptyEntries)
         let name = word.EndsWith(".dll", StringComparison.Ordinal) ? word[..^4] : word
         let path = name.StartsWith('/') ? name : $"{config.WorkingDirectory}/{name}"
         where tree.Find(path + RuntimeConfigSuffix) is { IsDirectory: false }
         select path).FirstOrDefault();

    private static bool IsInvariant(ImageConfig config) =>
        config.Env.Any(variable => variable is "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1" || variable.Equals("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true", StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<TreeNode> FilesBelow(TreeNode folder) => folder.Children.SelectMany(child =>
        child.Value.IsDirectory ? FilesBelow(child.Value)
        : (child.Value.HardLinkTarget ?? child.Value) is { Entry.Type: TreeEntryType.File } ? [child.Value] : []);

    /// <summary>Writes files to disk. Names of the tree lead nowhere but down.</summary>
    private static async Task CopyAsync(IEnumerable<TreeNode> files, string from, string to, BaseLayers layers, CancellationToken cancellationToken)
    {
        int skipped = TreePath.Segments(layers.Tree.Find(from)!.Path).Length;
        foreach (var layer in files.GroupBy(file => file.Layer))
        {
            var source = await layers.UnpackAsync(layer.Key, cancellationToken).ConfigureAwait(false);
            var entries = source.Entries.ToLookup(entry => entry.Name, StringComparer.Ordinal);
            foreach (var file in layer)
            {
                var path = Path.Join([to, .. TreePath.Segments(file.Path)[skipped..]]);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await using var output = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
                entries[(file.HardLinkTarget ?? file).Entry!.Name].Last().Content.CopyTo(output, cancellationToken);
            }
        }
    }
}
