using System.Globalization;
using Estargz.Layers;
using Estargz.Profiles;

namespace Estargz.Publishing;

/// <summary>A file that goes into the image beside the app: an <c>EstargzExtraFile</c> item.</summary>
/// <param name="Source">Where it is on this machine, an absolute path.</param>
/// <param name="Path">Its path in the image; one that does not begin with <c>/</c> is below the working directory.</param>
public sealed record ExtraFile(string Source, string Path)
{
    /// <summary>The layer of extra files that name no other.</summary>
    public const string DefaultLayer = "Extra";

    private const int MaxMode = 4095;

    /// <summary>The name of its layer; all files of one name share a layer, below the app's.</summary>
    public string Layer { get; init; } = DefaultLayer;

    /// <summary>Its permissions; null: those of the file on this machine, as for files of the app.</summary>
    public int? Mode { get; init; }

    /// <summary>The numbers of its user and group; null: the app's below the working directory, else 0 and 0.</summary>
    public (long User, long Group)? Owner { get; init; }

    /// <summary>Makes one of the texts of an item.</summary>
    /// <param name="source">The file.</param>
    /// <param name="path">Where it goes; with a slash at its end, a folder that it goes into.</param>
    /// <param name="below">Where it was found below the folder that was searched: <c>de/</c>, or empty.</param>
    /// <param name="mode">Octal, as <c>0644</c>; empty: see <see cref="Mode"/>.</param>
    /// <param name="owner"><c>USER</c> or <c>USER:GROUP</c>, numbers; empty: see <see cref="Owner"/>.</param>
    /// <param name="layer">Empty: <see cref="DefaultLayer"/>.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidProperty"/>.</exception>
    public static ExtraFile Parse(string source, string path, string below, string mode, string owner, string layer)
    {
        if (path.Length == 0 || path.EndsWith('/'))
        {
            path += below.Replace('\\', '/') + System.IO.Path.GetFileName(source);
        }

        if (path.Split('/').Contains("..") || path.Contains('\0', StringComparison.Ordinal))
        {
            throw Invalid(source, $"TargetPath '{path}' leads out of a folder; give the path in the image without '..'");
        }

        if (Enum.GetNames<AppPart>().Contains(layer, StringComparer.OrdinalIgnoreCase))
        {
            throw Invalid(source, $"Layer '{layer}' is the name of a layer of the app; give it another");
        }

        return new ExtraFile(source, path)
        {
            Layer = layer.Length == 0 ? DefaultLayer : layer,
            Mode = mode.Length == 0 ? null : ParseMode(source, mode),
            Owner = owner.Length == 0 ? null : ParseOwner(source, owner),
        };
    }

    /// <summary>The file as it goes into a layer.</summary>
    /// <param name="workingDirectory">The image's working directory, without links.</param>
    /// <param name="baseTree">The base image, whose links to folders are followed.</param>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.FileUnreadable"/>, <see cref="DiagnosticCode.InvalidProperty"/>, <see cref="DiagnosticCode.ReservedName"/>.
    /// </exception>
    internal ImageFile InImage(string workingDirectory, ImageTree baseTree)
    {
        var path = Entry.CleanPath(Path.StartsWith('/') ? Path : $"{workingDirectory}/{Path}");
        int slash = path.LastIndexOf('/');
        var folder = slash < 0 ? "" : baseTree.RealPath(path[..slash]);
        if (baseTree.FindObstacle(folder) is { } file)
        {
            throw Invalid(Source, $"TargetPath is '{Path}', but '/{file}' is a file of the base image. Set it to another path");
        }

        path = slash < 0 ? path : $"{folder}/{path[(slash + 1)..]}";
        if (path.Length == 0 || baseTree.Find(path) is { IsDirectory: true })
        {
            throw Invalid(Source, $"TargetPath '{Path}' is a folder of the base image; end it with a slash to put the file into it");
        }

        bool inside = workingDirectory.Length == 0 || path.StartsWith(workingDirectory + "/", StringComparison.Ordinal);
        return PublishFolder.Describe(path, Source) with { Layer = Layer, Mode = Mode, Owner = Owner ?? (inside ? null : (0, 0)) };
    }

    private static int ParseMode(string source, string mode)
    {
        int value = 0;
        foreach (char digit in mode)
        {
            value = digit is >= '0' and <= '7' && value <= MaxMode ? (value * 8) + (digit - '0') : int.MaxValue;
        }

        return value is >= 0 and <= MaxMode ? value : throw Invalid(source, $"Mode is '{mode}': it has to be an octal number as 0644");
    }

    private static (long User, long Group) ParseOwner(string source, string owner)
    {
        var ids = owner.Split(':').Select(id => uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : -1L).ToArray();
        return ids is [>= 0] or [>= 0, >= 0]
            ? (ids[0], ids[^1])
            : throw Invalid(source, $"Owner is '{owner}': it has to be a number, or two as in 1654:1654. Names are known in an image only");
    }

    internal static EstargzException Invalid(string source, string what) =>
        new(DiagnosticCode.InvalidProperty, $"EstargzExtraFile '{source}': {what}.");
}
