using System.Collections.Immutable;
using Estargz.Layers;
using Estargz.Profiles;

namespace Estargz.Publishing;

/// <summary>
/// What the app adds to its base image: a layer for each of its parts, the one that changes most on top, so that a new
/// version uploads little and a node that has the old one fetches little.
/// </summary>
/// <param name="WorkingDirectory">The image's working directory, without links of the base.</param>
/// <param name="Layers">The layers, the lowest first; at least one.</param>
internal sealed record AppLayers(string WorkingDirectory, ImmutableArray<AppLayers.Part> Layers)
{
    /// <summary>Where the SDK publishes static files to.</summary>
    private const string WebRoot = "wwwroot/";

    /// <summary>
    /// A part with fewer bytes goes into the app's layer: what it saves a new version is less than what a layer costs a lazy
    /// client, which asks the registry three times for each before the container starts.
    /// </summary>
    private const long SmallestPart = 256 << 10;

    /// <summary>The entries of each layer.</summary>
    public IReadOnlyList<IReadOnlyList<Entry>> Entries => [.. Layers.Select(layer => layer.Entries)];

    /// <summary>Where the layer of a part is, -1 where it has none.</summary>
    public int IndexOf(AppPart part) => Layers.ToList().FindIndex(layer => layer.Name == part.ToString());

    /// <summary>Lists what is published.</summary>
    /// <param name="request">What to publish.</param>
    /// <param name="baseTree">The base image.</param>
    /// <param name="isWhole">Whether that is all of it.</param>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.FileUnreadable"/>, <see cref="DiagnosticCode.ReservedName"/>, <see cref="DiagnosticCode.InvalidProperty"/>.
    /// </exception>
    public static AppLayers List(PublishRequest request, ImageTree baseTree, bool isWhole = true)
    {
        // Through a link of the base, as from /bin to /usr/bin: a folder in the link's place would hide what it leads to.
        var working = baseTree.RealPath(Entry.CleanPath(request.WorkingDirectory));
        if (baseTree.FindObstacle(working) is { } file)
        {
            throw new EstargzException(
                DiagnosticCode.InvalidProperty,
                $"ContainerWorkingDirectory is '{request.WorkingDirectory}', but '/{file}' is a file of the base image. Choose another folder.");
        }

        ImageFile[] app = [.. PublishFolder.List(request.PublishFolder, working).Select(file => file with { Layer = LayerOf(file) })];
        var small = app.GroupBy(file => file.Layer).Where(part => part.Sum(file => file.Size) < SmallestPart).Select(part => part.Key).ToHashSet();
        var files = app.Concat(Extra(request, working, baseTree, app)).ToLookup(file => small.Contains(file.Layer) ? nameof(AppPart.App) : file.Layer);

        // Those of the items in the order of the items; then the parts, of which the app is there even when it is empty.
        var names = request.ExtraFiles.Select(file => file.Layer).Distinct()
            .Concat(Enum.GetNames<AppPart>().Where(name => files.Contains(name) || name == nameof(AppPart.App)));
        return new AppLayers(working, [.. names.Select(name => new Part(name, Arrange([.. files[name]])))]);

        string LayerOf(ImageFile file)
        {
            var path = file.Path[(working.Length == 0 ? 0 : working.Length + 1)..];
            return !request.SplitLayers ? file.Layer
                : request.Parts.TryGetValue(path, out var part) ? part.ToString()
                : path.StartsWith(WebRoot, StringComparison.Ordinal) ? nameof(AppPart.Assets)
                : file.Layer;
        }

        IReadOnlyList<Entry> Arrange(IReadOnlyList<ImageFile> part) => AppLayer.Create(
            part,
            working,
            request.UserId,
            request.Created?.ToUnixTimeSeconds() ?? AppLayer.DefaultModifiedSeconds,
            path => baseTree.Find(path) is { IsDirectory: true } folder ? folder.Entry : null,
            isWhole);
    }

    private static IEnumerable<ImageFile> Extra(PublishRequest request, string working, ImageTree baseTree, IReadOnlyList<ImageFile> app)
    {
        // Who needs a folder where. Of two files of which one needs the other's place for a folder, no runtime can unpack both.
        var folders = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(working + "/", request.PublishFolder);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in app)
        {
            files[file.Path] = file.Source;
            Add(file.Path, file.Source);
        }

        foreach (var extra in request.ExtraFiles)
        {
            var file = extra.InImage(working, baseTree);
            if (!files.TryAdd(file.Path, file.Source))
            {
                throw ExtraFile.Invalid(extra.Source, $"the image already has '/{file.Path}', from '{files[file.Path]}'. Set TargetPath to another path");
            }

            if (folders.TryGetValue(file.Path, out var other))
            {
                throw ExtraFile.Invalid(
                    extra.Source, $"TargetPath is '{extra.Path}', which is a folder because of '{other}'; end it with a slash to put the file into it, or set it to another path");
            }

            if (Entry.FoldersOf(file.Path).FirstOrDefault(files.ContainsKey) is { } place)
            {
                throw ExtraFile.Invalid(extra.Source, $"TargetPath is '{extra.Path}', but '/{place}' is a file, from '{files[place]}'. Set it to another path");
            }

            Add(file.Path, file.Source);
            yield return file;
        }

        void Add(string path, string source)
        {
            foreach (var folder in Entry.FoldersOf(path).TakeWhile(folder => folders.TryAdd(folder, source)))
            {
            }
        }
    }

    /// <summary>One layer.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Entries">Its entries, sorted by path.</param>
    internal sealed record Part(string Name, IReadOnlyList<Entry> Entries);
}
